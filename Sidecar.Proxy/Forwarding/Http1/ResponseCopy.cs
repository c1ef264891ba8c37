using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using Sidecar.Proxy.Configuration;
using Sidecar.Proxy.Listening;
using Sidecar.Proxy.Observability;

namespace Sidecar.Proxy.Forwarding.Http1;

/// <summary>An answer on its way to the client, piece by piece as it comes. A structure, because there is one a request.</summary>
/// <param name="context">The request.</param>
/// <param name="record">Its telemetry.</param>
/// <param name="connection">Where the answer comes from.</param>
/// <param name="deadline">How long the attempt may take.</param>
internal readonly struct ResponseCopy(HttpContext context, RequestRecord record, UpstreamConnection connection, ForwardingDeadline deadline)
{
    // Written chunk by chunk here, because Kestrel has no trailers in HTTP/1.1.
    private bool WritesChunks => record.ProtocolVersion == "1.1" && !DropsBody;

    // RFC 9110, section 15.3.6: there must be none, and clients do not expect one.
    private bool DropsBody => connection.Head.StatusCode == StatusCodes.Status205ResetContent;

    /// <summary>Copies the answer.</summary>
    /// <param name="options">What is told in headers.</param>
    /// <returns>When all of it is with the server.</returns>
    public async Task RunAsync(HeaderOptions options)
    {
        var framing = connection.Head.Framing(record.Method);
        CopyHead(framing, options);
        var sink = new KestrelBodySink(context, deadline);
        await new BodyCopy<KestrelBodySink>(sink, connection, record, framing == BodyFraming.Chunked && WritesChunks).RunAsync(framing);
        // Kestrel flushes an answer that fits into its first write itself, and only that.
        if (context.Response.HasStarted)
            await sink.FlushAsync();
    }

    private void CopyHead(BodyFraming framing, HeaderOptions options)
    {
        var (head, response) = (connection.Head, context.Response);
        response.StatusCode = head.StatusCode;
        if (head.Reason.Length > 0)
            context.Features.GetRequiredFeature<IHttpResponseFeature>().ReasonPhrase = head.Reason;
        foreach (var (name, value) in head.Fields)
        {
            if (OutgoingHeaders.StaysBehind(name) || head.HasConnectionOption(name))
                continue;
            // 204 and 304 may not carry a length that Kestrel would then insist on.
            if (framing == BodyFraming.None && head.StatusCode is 204 or < 200 && name.Equals(HeaderNames.ContentLength, StringComparison.OrdinalIgnoreCase))
                continue;
            ResponseHeaders.Append(response.Headers, name, value);
        }

        if (DropsBody)
            response.ContentLength = 0;
        else if (framing == BodyFraming.Chunked && WritesChunks)
            response.Headers.TransferEncoding = "chunked";
        ResponseHeaders.Add(response, record, options);
        if (head.HasOwnSpelling)
            context.Features.Get<RequestGate>()?.Spell(head.Fields);
    }
}
