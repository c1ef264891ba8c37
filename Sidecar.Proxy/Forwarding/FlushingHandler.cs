using System.Net;
using Sidecar.Proxy.Observability;

namespace Sidecar.Proxy.Forwarding;

/// <summary>
/// Sends each piece of a request body as soon as it is there, and counts it. HttpClient otherwise holds small writes back until its buffer is full,
/// and an application that answers piece by piece waits for ever.
/// </summary>
/// <param name="inner">The handler that sends.</param>
internal sealed class FlushingHandler(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    /// <summary>Where what is sent is counted.</summary>
    public static HttpRequestOptionsKey<RequestRecord> Record { get; } = new("Sidecar.Record");

    /// <inheritdoc />
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Content is { } content && request.Options.TryGetValue(Record, out var record))
            request.Content = new FlushingContent(content, record);
        return base.SendAsync(request, cancellationToken);
    }

    private sealed class FlushingContent : HttpContent
    {
        private readonly HttpContent _inner;
        private readonly RequestRecord _record;

        public FlushingContent(HttpContent inner, RequestRecord record)
        {
            (_inner, _record) = (inner, record);
            foreach (var (name, values) in inner.Headers.NonValidated)
                Headers.TryAddWithoutValidation(name, values);
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, default);

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
            _inner.CopyToAsync(new FlushingStream(stream, _record), context, cancellationToken);

        protected override bool TryComputeLength(out long length)
        {
            length = _inner.Headers.ContentLength ?? 0;
            return _inner.Headers.ContentLength is not null;
        }
    }

    private sealed class FlushingStream(Stream inner, RequestRecord record) : AsyncStream(inner)
    {
        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            record.BytesReceived += buffer.Length;
            await base.WriteAsync(buffer, cancellationToken);
            await FlushAsync(cancellationToken);
        }
    }
}
