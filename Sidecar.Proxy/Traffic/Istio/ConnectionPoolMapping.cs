namespace Sidecar.Proxy.Traffic.Istio;

/// <summary>How many connections a host has, and how they come and go.</summary>
internal static class ConnectionPoolMapping
{
    /// <summary>Reads <c>connectionPool</c>.</summary>
    /// <param name="field">The field.</param>
    /// <returns>The settings.</returns>
    public static IEnumerable<PolicySetting> Read(IstioField field)
    {
        if (field["tcp"] is { } tcp)
        {
            if (tcp["maxConnections"] is { } most)
                yield return new("MaxConnections", most.Text, most);
            if (tcp["connectTimeout"] is { } connect)
                yield return new("ConnectTimeout", connect.Text, connect);
            if (tcp["maxConnectionDuration"] is { } age)
                yield return new("MaxConnectionAge", age.Text, age);
            tcp.Close();
        }

        if (field["http"] is { } http)
        {
            if (http["idleTimeout"] is { } idle)
                yield return new("IdleConnectionTimeout", idle.Text, idle);
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
