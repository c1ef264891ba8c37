using System.IO.Pipelines;

namespace Sidecar.Proxy.Upstream.Http2;

/// <summary>
/// Puts a stream of the sidecar's before the server's and leaves the rest to the server. Setting <see cref="HttpResponse.Body"/> instead
/// would start each answer before it ends: one without a body then has no END_STREAM in its head, which gRPC takes for a lost status.
/// </summary>
/// <param name="inner">The server's own.</param>
/// <param name="stream">What is written to.</param>
internal sealed class ClientResponseBody(IHttpResponseBodyFeature inner, Stream stream) : IHttpResponseBodyFeature
{
    /// <inheritdoc />
    public Stream Stream => stream;

    /// <inheritdoc />
    public PipeWriter Writer => throw new NotSupportedException();

    /// <inheritdoc />
    public void DisableBuffering() => inner.DisableBuffering();

    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken = default) => inner.StartAsync(cancellationToken);

    /// <inheritdoc />
    public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    /// <inheritdoc />
    public Task CompleteAsync() => inner.CompleteAsync();
}
