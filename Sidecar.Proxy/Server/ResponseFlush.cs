using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Sidecar.Proxy.Server.Listening;

namespace Sidecar.Proxy.Server;

/// <summary>Sends what is in a connection's output buffer, and watches how long the client takes to read it.</summary>
/// <param name="connection">The client's connection.</param>
/// <param name="presence">Whether the client is there.</param>
/// <param name="limits">How slow the client may be.</param>
/// <param name="time">The clock.</param>
internal sealed class ResponseFlush(ConnectionContext connection, ClientPresence presence, LimitOptions limits, TimeProvider time) : IDisposable
{
    private readonly Deadline _deadline = new(time);
    private volatile Task? _underWay;
    private Http1Response? _response;

    private PipeWriter Output => connection.Transport.Output;

    /// <summary>Sends it.</summary>
    /// <param name="response">The response, which a client that does not read it loses.</param>
    /// <returns>When it is with the operating system.</returns>
    public ValueTask FlushAsync(Http1Response response)
    {
        // Also when nothing is there: a pipe whose reader is gone takes no bytes, and only its flush says so.
        var written = Output.UnflushedBytes;
        presence.Sending();
        var flush = Output.FlushAsync();
        if (!flush.IsCompleted)
            return WaitAsync(flush.AsTask(), written, response);
        presence.Sent();
        if (flush.Result.IsCompleted)
            presence.Leave();
        return default;
    }

    /// <inheritdoc />
    public void Dispose() => _deadline.Dispose();

    private async ValueTask WaitAsync(Task<FlushResult> flush, long written, Http1Response response)
    {
        (_underWay, _response) = (flush, response);
        if (limits.MinResponseBytesPerSecond > 0)
        {
            var allowed = TimeSpan.FromSeconds(Math.Max(LimitOptions.RateGrace.TotalSeconds, (double)written / limits.MinResponseBytesPerSecond));
            _deadline.Start(allowed, static flush => ((ResponseFlush)flush).OnSlow(), this);
        }

        var result = await flush;
        _deadline.Stop();
        presence.Sent();
        if (result.IsCompleted)
            presence.Leave();
    }

    private void OnSlow()
    {
        if (_underWay is { IsCompleted: false })
            _response!.Abort("The client did not read its response.");
    }
}
