using System.Globalization;
using Sidecar.Proxy.Configuration;
using Sidecar.Proxy.Forwarding;
using Sidecar.Proxy.Forwarding.Http1;
using Sidecar.Proxy.Observability;

namespace Sidecar.Proxy.Direct;

/// <summary>Writes a request as the application receives it: what <see cref="OutgoingHeaders"/> decides, for a request without anything special.</summary>
internal static class DirectRequestWriter
{
    /// <summary>Writes a request.</summary>
    /// <param name="connection">Where to.</param>
    /// <param name="request">The request.</param>
    /// <param name="bytes">Its bytes.</param>
    /// <param name="attempt">The attempt.</param>
    /// <param name="forwardedFor">The client's address as a header's line.</param>
    /// <param name="options">The configuration.</param>
    public static void Write(UpstreamConnection connection, DirectRequest request, ReadOnlySpan<byte> bytes, AttemptRecord attempt, ReadOnlySpan<byte> forwardedFor, SidecarOptions options)
    {
        connection.Write(request.Method);
        connection.Write(" "u8);
        connection.Write(attempt.Target.PathBase);
        connection.Write(request.Path);
        connection.Write(request.Query);
        connection.Write(" HTTP/1.1\r\nHost: "u8);
        connection.Write(options.Headers.PreserveHost ? request.Host : attempt.Target.Authority);
        connection.Write("\r\n"u8);
        for (var i = 0; i < request.Lines.Count; i++)
            connection.Write(bytes[request.Lines[i]]);
        if (options.Headers.Forwarded == ForwardedStyle.XForwarded)
        {
            connection.Write(forwardedFor);
            connection.Write("X-Forwarded-Proto: http\r\nX-Forwarded-Host: "u8);
            connection.Write(request.Host);
            connection.Write("\r\n"u8);
        }

        if (request.RequestId is null && attempt.Request.RequestId is { } id)
            RequestHeadWriter.WriteField(connection, "X-Request-Id", id);
        TraceHeaders.Add(attempt, options.Tracing, connection, RequestHeadWriter.WriteField);
        if (request.ContentLength >= 0)
            RequestHeadWriter.WriteField(connection, "Content-Length", request.ContentLength.ToString(CultureInfo.InvariantCulture));
        connection.Write("\r\n"u8);
        if (request.ContentLength > 0)
            connection.Write(bytes[request.HeadLength..]);
    }
}
