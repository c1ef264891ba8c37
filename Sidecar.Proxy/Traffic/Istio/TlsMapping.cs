namespace Sidecar.Proxy.Traffic.Istio;

/// <summary>How the connection to a host is secured.</summary>
internal static class TlsMapping
{
    /// <summary>Reads <c>tls</c>.</summary>
    /// <param name="field">The field.</param>
    /// <returns>The settings.</returns>
    public static IEnumerable<PolicySetting> Read(IstioField field)
    {
        if (field["mode"] is { } mode && mode.Text is not ("DISABLE" or "SIMPLE" or "MUTUAL"))
            mode.Unsupported("here these are: DISABLE, MUTUAL, SIMPLE");
        if (field["caCertificates"] is { } authorities)
            yield return new("CaFile", authorities.Text, authorities);
        if (field["clientCertificate"] is { } certificate)
            yield return new("ClientCertificateFile", certificate.Text, certificate);
        if (field["privateKey"] is { } key)
            yield return new("ClientKeyFile", key.Text, key);
        field.Close();
    }
}
