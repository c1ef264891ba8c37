using System.IO.Pipelines;

namespace Sidecar.Proxy.Forwarding.Http1;

/// <summary>Where the body of an answer goes, and what time it has.</summary>
internal interface IBodySink
{
    /// <summary>Takes the bytes for the client.</summary>
    PipeWriter Writer { get; }

    /// <summary>Waits for more of the answer.</summary>
    /// <param name="connection">Where it comes from.</param>
    /// <returns>How many bytes arrived; 0 at the end.</returns>
    ValueTask<int> FillAsync(UpstreamConnection connection);

    /// <summary>Lets the client have what was written.</summary>
    /// <returns>When the client has taken enough of it.</returns>
    ValueTask FlushAsync();

    /// <summary>Takes the trailers where <see cref="Writer"/> does not write HTTP/1.1's own framing.</summary>
    /// <param name="section">Their lines.</param>
    void AddTrailers(ReadOnlySpan<byte> section);
}
