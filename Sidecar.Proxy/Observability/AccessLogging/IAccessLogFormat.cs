namespace Sidecar.Proxy.Observability.AccessLogging;

/// <summary>How a request is written on standard output.</summary>
internal interface IAccessLogFormat
{
    /// <summary>Writes a request, without the line feed.</summary>
    /// <param name="request">A request that is over.</param>
    /// <param name="service">The service's name.</param>
    /// <param name="output">Where to.</param>
    void Write(RequestRecord request, string service, Utf8Builder output);
}
