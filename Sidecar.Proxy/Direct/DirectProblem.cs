using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Sidecar.Proxy.Forwarding;
using Sidecar.Proxy.Observability;

namespace Sidecar.Proxy.Direct;

/// <summary>The sidecar's own answer to a request that went the direct way; what <see cref="ProxyErrorResponse"/> is to the pipeline.</summary>
internal static class DirectProblem
{
    /// <summary>Writes the answer.</summary>
    /// <param name="output">The client.</param>
    /// <param name="error">What happened.</param>
    /// <param name="record">The request's telemetry.</param>
    /// <param name="date">The Date header's line.</param>
    /// <param name="method">The request's method.</param>
    /// <param name="closes">Whether the connection ends with this answer.</param>
    public static void Write(PipeWriter output, ProxyError error, RequestRecord record, ReadOnlySpan<byte> date, string method, bool closes)
    {
        var body = ProxyErrorResponse.Body(error, record).WrittenSpan;
        Encoding.Latin1.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {error.StatusCode} {ReasonPhrases.GetReasonPhrase(error.StatusCode)}\r\nContent-Type: application/problem+json\r\nContent-Length: {body.Length}\r\nCache-Control: no-store\r\nProxy-Status: {ProxyStatus.Name}; error={error.Token}\r\n"),
            output);
        output.Write(date);
        if (record.RequestId is { } id)
            Encoding.Latin1.GetBytes($"X-Request-Id: {id}\r\n", output);
        output.Write(closes ? "Connection: close\r\n\r\n"u8 : "\r\n"u8);
        if (HttpMethods.IsHead(method))
            return;
        output.Write(body);
        record.BytesSent += body.Length;
    }
}
