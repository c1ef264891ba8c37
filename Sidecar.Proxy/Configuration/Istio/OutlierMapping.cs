namespace Sidecar.Proxy.Configuration.Istio;

/// <summary>When a target is left alone.</summary>
internal static class OutlierMapping
{
    private const string Section = "OutlierDetection";

    /// <summary>Reads <c>outlierDetection</c>.</summary>
    /// <returns>The settings.</returns>
    public static IEnumerable<PolicySetting> Read(IstioField field)
    {
        // 0 turns a kind of failure off.
        var all = field["consecutive5xxErrors"] is { Text: not "0" } any ? any : null;
        var gateway = field["consecutiveGatewayErrors"] is { Text: not "0" } some ? some : null;
        if (all is not null && gateway is not null)
            gateway.Unsupported("beside consecutive5xxErrors it has to be 0");
        if ((all ?? gateway) is { } failures)
        {
            yield return new($"{Section}:ConsecutiveFailures", failures.Text, failures);
            yield return new($"{Section}:GatewayFailuresOnly", all is null ? "true" : "false", failures);
        }
        else if (field["consecutive5xxErrors"] is { } off)
        {
            off.Unsupported("one of consecutive5xxErrors and consecutiveGatewayErrors has to be above 0");
        }
        else
        {
            yield return new($"{Section}:ConsecutiveFailures", "5", field);
        }

        foreach (var setting in field.Settings(("interval", $"{Section}:Interval"), ("baseEjectionTime", $"{Section}:BaseEjectionTime"), ("maxEjectionPercent", $"{Section}:MaxEjectionPercent")))
            yield return setting;
        if (field["minHealthPercent"] is { Text: not "0" } panic)
            yield return new("LoadBalancing:PanicPercent", panic.Text, panic);
        field.Close();
    }
}
