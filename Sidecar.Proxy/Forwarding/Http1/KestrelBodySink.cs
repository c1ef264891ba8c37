using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Http.Features;

namespace Sidecar.Proxy.Forwarding.Http1;

/// <summary>Kestrel's answer to the client.</summary>
/// <param name="context">The request.</param>
/// <param name="deadline">How long the attempt may take.</param>
internal readonly struct KestrelBodySink(HttpContext context, ForwardingDeadline deadline) : IBodySink
{
    /// <inheritdoc />
    public PipeWriter Writer => context.Response.BodyWriter;

    /// <inheritdoc />
    public ValueTask<int> FillAsync(UpstreamConnection connection)
    {
        deadline.Progress();
        return connection.FillAsync(deadline.Token);
    }

    /// <inheritdoc />
    public async ValueTask FlushAsync()
    {
        var flush = context.Response.BodyWriter.FlushAsync(context.RequestAborted);
        if (flush.IsCompletedSuccessfully)
        {
            _ = flush.Result;
            return;
        }

        // The application is not slow while the client does not read; Kestrel's data rate watches the client.
        deadline.Pause();
        await flush;
        deadline.Progress();
    }

    /// <inheritdoc />
    public void AddTrailers(ReadOnlySpan<byte> section)
    {
        if (section.IsEmpty || context.Features.Get<IHttpResponseTrailersFeature>()?.Trailers is not { IsReadOnly: false } trailers)
            return;
        var fields = new FieldReader(section);
        while (fields.Next())
            ResponseHeaders.Append(trailers, Encoding.Latin1.GetString(fields.Name), Encoding.Latin1.GetString(fields.Value));
    }
}
