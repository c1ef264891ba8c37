using Microsoft.Net.Http.Headers;
using Sidecar.Proxy.Http1;
using Sidecar.Proxy.Server;

namespace Sidecar.Proxy.Upstream;

/// <summary>A response on its way to the client, piece by piece as it comes. A structure, because there is one a request.</summary>
/// <param name="context">The request.</param>
/// <param name="record">Its telemetry.</param>
/// <param name="connection">Where the response comes from.</param>
/// <param name="deadline">How long the attempt may take.</param>
internal readonly struct ResponseCopy(HttpContext context, RequestRecord record, UpstreamConnection connection, ForwardingDeadline deadline)
{
    // RFC 9110, section 15.3.6: there must be none, and clients do not expect one.
    private bool DropsBody => connection.Head.StatusCode == StatusCodes.Status205ResetContent;

    /// <summary>Copies the response.</summary>
    /// <param name="options">What is told in headers.</param>
    /// <returns>When all of it is with the server.</returns>
    public async Task RunAsync(HeaderOptions options)
    {
        var framing = connection.Head.Framing(record.Method);
        var http1 = context.Features.Get<Http1Response>();
        CopyHead(framing, options, http1);
        if (http1 is not null)
            await http1.PrepareAsync();
        var sink = new ClientSink(context, http1, deadline);
        await new BodyCopy(sink, connection, record).RunAsync(framing);
        // The head's bytes are in the application's connection, which goes back to the pool: a head that no content has taken along is written now.
        // The end of a response over HTTP/1.x goes along with the last of its content.
        if (http1 is not null)
            http1.Start(isWhole: framing == BodyFraming.None);
        else if (framing != BodyFraming.None)
            await sink.FlushAsync();
    }

    private void CopyHead(BodyFraming framing, HeaderOptions options, Http1Response? http1)
    {
        var (head, response) = (connection.Head, context.Response);
        response.StatusCode = head.StatusCode;
        if (head.Reason is { } reason)
            context.Features.GetRequiredFeature<IHttpResponseFeature>().ReasonPhrase = reason;
        for (var i = 0; i < head.Fields.Count; i++)
        {
            if (!Passes(i, framing))
                continue;
            if (http1 is not null)
                http1.Fields.Add(head.Fields, i);
            else
                ResponseHeaders.Append(response.Headers, head.Fields.Name(i), head.Fields.Value(i).ToString());
        }

        if (DropsBody)
            response.ContentLength = 0;
        // RFC 9110, section 15.5.22.
        if (head.StatusCode == StatusCodes.Status426UpgradeRequired && http1 is not null && head.Field(HeaderNames.Upgrade) is { } upgrade)
        {
            http1.Fields.Add(HeaderNames.Connection, HeaderNames.Upgrade);
            http1.Fields.Add(HeaderNames.Upgrade, upgrade);
        }

        ResponseHeaders.Add(response, record, options);
    }

    private bool Passes(int index, BodyFraming framing)
    {
        var head = connection.Head;
        var role = head.Fields.Role(index);
        if (!role.PassesInResponse() || head.IsConnectionOption(index))
            return false;
        // A request has one id: its own.
        if (role == HeaderRole.RequestId && record.RequestId is not null)
            return false;
        // 204 and 205 may not carry a length.
        return role != HeaderRole.ContentLength || !(DropsBody || (framing == BodyFraming.None && head.StatusCode is 204 or < 200));
    }
}
