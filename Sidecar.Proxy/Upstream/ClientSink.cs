using System.IO.Pipelines;
using Sidecar.Proxy.Http1;
using Sidecar.Proxy.Server;

namespace Sidecar.Proxy.Upstream;

/// <summary>The client's side of an exchange: an HTTP/1.x response, or a stream of HTTP/2.</summary>
/// <param name="context">The request.</param>
/// <param name="http1">The HTTP/1.x response, or null.</param>
/// <param name="deadline">How long the application may keep it waiting.</param>
internal readonly struct ClientSink(HttpContext context, Http1Response? http1, ForwardingDeadline deadline)
{
    /// <summary>Puts a part of the content into the output buffer.</summary>
    /// <param name="data">The part.</param>
    public void Write(ReadOnlySpan<byte> data)
    {
        if (http1 is not null)
            http1.Write(data);
        else
            context.Response.BodyWriter.Write(data);
    }

    /// <summary>Sends what is in the output buffer.</summary>
    /// <returns>When it is with the operating system, or with what sends it.</returns>
    public async ValueTask FlushAsync()
    {
        var flush = http1?.FlushAsync() ?? FlushAsync(context.Response.BodyWriter, context.RequestAborted);
        if (flush.IsCompletedSuccessfully)
            return;
        // The application is not slow while the client does not read; the client's data rate is watched elsewhere.
        deadline.Pause();
        await flush;
        deadline.Progress();
    }

    /// <summary>Waits for more of the content.</summary>
    /// <param name="connection">The application.</param>
    /// <returns>How many bytes have come; 0 at the end.</returns>
    public ValueTask<int> FillAsync(UpstreamConnection connection)
    {
        deadline.Progress();
        return connection.FillAsync();
    }

    /// <summary>Has trailers follow the content, but for those that must not come so late (RFC 9110, section 6.5.1).</summary>
    /// <param name="section">The trailer section's lines.</param>
    /// <param name="head">The response's head.</param>
    public void AddTrailers(ReadOnlySpan<byte> section, ResponseHead head)
    {
        if (section.IsEmpty || context.Features.Get<IHttpResponseTrailersFeature>()?.Trailers is not { IsReadOnly: false } trailers)
            return;
        var fields = new FieldReader(section);
        while (fields.Next())
        {
            if (HeaderRoles.Of(fields.Name).PassesInTrailers() && !head.IsConnectionOption(Encoding.ASCII.GetString(fields.Name)))
                ResponseHeaders.Append(trailers, Encoding.Latin1.GetString(fields.Name), Encoding.Latin1.GetString(fields.Value));
        }
    }

    private static async ValueTask FlushAsync(PipeWriter writer, CancellationToken aborted) => await writer.FlushAsync(aborted);
}
