namespace Sidecar.Proxy.Configuration.Istio;

/// <summary>How many connections a host has, and how they come and go.</summary>
internal static class ConnectionPoolMapping
{
    /// <summary>Reads <c>connectionPool</c>.</summary>
    /// <returns>The settings.</returns>
    public static IEnumerable<PolicySetting> Read(IstioField field)
    {
        if (field["tcp"] is { } tcp)
        {
            foreach (var setting in tcp.Settings(("maxConnections", "MaxConnections"), ("connectTimeout", "ConnectTimeout"), ("maxConnectionDuration", "MaxConnectionAge")))
                yield return setting;
            tcp.Close();
        }

        if (field["http"] is { } http)
        {
            foreach (var setting in http.Settings(("idleTimeout", "IdleConnectionTimeout")))
                yield return setting;
            if (http["h2UpgradePolicy"] is { Text: not "DEFAULT" } upgrade)
                yield return new("Protocol", Protocol(upgrade), upgrade);
            http.Close();
        }

        field.Close();
    }

    private static string Protocol(IstioField upgrade)
    {
        if (upgrade.Text is not ("UPGRADE" or "DO_NOT_UPGRADE"))
            upgrade.Bad("one of DEFAULT, DO_NOT_UPGRADE, UPGRADE");
        return upgrade.Text == "UPGRADE" ? "http2" : "http1";
    }
}
