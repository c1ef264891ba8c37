namespace Sidecar.Proxy.Configuration.Istio;

/// <summary>How the connection to a host is secured.</summary>
internal static class TlsMapping
{
    /// <summary>Reads <c>tls</c>.</summary>
    /// <returns>The settings.</returns>
    public static IEnumerable<PolicySetting> Read(IstioField field)
    {
        if (field["mode"] is { } mode && mode.Text is not ("DISABLE" or "SIMPLE" or "MUTUAL"))
            mode.Unsupported("here these are: DISABLE, MUTUAL, SIMPLE");
        PolicySetting[] settings = [.. field.Settings(("caCertificates", "CaFile"), ("clientCertificate", "ClientCertificateFile"), ("privateKey", "ClientKeyFile"))];
        field.Close();
        return settings;
    }
}
