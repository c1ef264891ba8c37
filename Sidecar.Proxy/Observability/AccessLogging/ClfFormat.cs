using Sidecar.Proxy.Server;

namespace Sidecar.Proxy.Observability.AccessLogging;

/// <summary>The Common Log Format: <c>host ident user [time] "request" status bytes</c>.</summary>
internal sealed class ClfFormat : IAccessLogFormat
{
    /// <inheritdoc />
    public void Write(RequestRecord request, string service, Utf8Builder output)
    {
        if (request.ClientAddress is { } address)
            output.Append<IPAddress>(address);
        else
            output.Append("-"u8);
        output.Append(" - - ["u8)
            .Append(request.Time, "dd/MMM/yyyy:HH:mm:ss")
            .Append(" +0000] \""u8)
            .AppendVisible(request.Method)
            .Append(" "u8)
            .AppendVisible(request.VisiblePath)
            .AppendVisible(request.VisibleQuery)
            .Append(request.ProtocolVersion == RequestTelemetryFilter.Unknown ? " "u8 : " HTTP/"u8)
            .Append(request.ProtocolVersion)
            .Append("\" "u8)
            // A client that left before the response has no status of its own; 499 is what nginx made the custom.
            .Append(request.StatusCode > 0 ? request.StatusCode : request.Error?.StatusCode ?? 0, "000")
            .Append(" "u8);
        if (request.BytesSent > 0)
            output.Append(request.BytesSent);
        else
            output.Append("-"u8);
    }
}
