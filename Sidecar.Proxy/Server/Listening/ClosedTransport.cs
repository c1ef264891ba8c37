using Microsoft.AspNetCore.Connections;
using Sidecar.Proxy.Transport;

namespace Sidecar.Proxy.Server.Listening;

/// <summary>
/// Ends the service of a connection whose socket has been closed. Whoever serves it should do so himself, but Kestrel never ends some HTTP/2 connections that it has broken off for
/// a flood that <see cref="ResetLimit"/> does not see: they would be counted, and waited for by a drain, for ever.
/// </summary>
internal static class ClosedTransport
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    // What a request whose client is gone takes to cancel the application's and to write its record.
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(1500);

    /// <summary>Serves a connection for as long as its transport lives.</summary>
    /// <param name="next">What serves it.</param>
    /// <param name="time">The clock.</param>
    /// <returns>The same, bounded.</returns>
    public static ConnectionDelegate Bound(ConnectionDelegate next, TimeProvider time) => connection =>
    {
        // Whoever serves it may put another token in its place.
        var ended = connection.ConnectionClosed;
        var served = next(connection);
        return served.IsCompleted ? served : EndAsync(served, connection, time, ended);
    };

    private static async Task EndAsync(Task served, ConnectionContext connection, TimeProvider time, CancellationToken ended)
    {
        var hasEnded = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using (ended.UnsafeRegister(static source => ((TaskCompletionSource)source!).TrySetResult(), hasEnded))
            await Task.WhenAny(served, hasEnded.Task);
        // A client that has only no more to say leaves its socket open.
        while (!served.IsCompleted && !IsClosed(connection))
            await WaitAsync(served, Interval, time);
        if (!served.IsCompleted)
            await WaitAsync(served, Grace, time);
        if (served.IsCompleted)
            await served;
    }

    private static bool IsClosed(ConnectionContext connection) => SocketFeature.Of(connection).IsClosed;

    private static Task WaitAsync(Task served, TimeSpan atMost, TimeProvider time) => served.WaitAsync(atMost, time).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
}
