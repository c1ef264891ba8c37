namespace Sidecar.Proxy.Observability.AccessLogging;

/// <summary>The contract's line: <c>service - target - route - time</c>.</summary>
internal sealed class LineFormat : IAccessLogFormat
{
    /// <inheritdoc />
    public void Write(RequestRecord request, string service, Utf8Builder output) => output
        .Append(service)
        .Append(" - "u8)
        .Append(request.Target?.Url ?? "-")
        .Append(" - "u8)
        .AppendVisible(request.VisiblePath)
        .Append(" - "u8)
        .Append(request.Time.ToUnixTimeMilliseconds());
}
