using System.Collections.Concurrent;
using System.Net.Sockets;

namespace SidecarAspire.Rollout;

/// <summary>Clients that send one request after the other to whatever is ready. HttpClient would hide lost requests by sending them again.</summary>
internal sealed class Load(IReadOnlyList<Replica> sidecars, int requests)
{
    private readonly TaskCompletionSource[] _reached = [.. Enumerable.Range(0, requests + 1).Select(_ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously))];
    private int _sent;
    private int _turn;

    public ConcurrentQueue<string> Failures { get; } = [];

    public int Left => Math.Max(0, requests - Volatile.Read(ref _sent));

    /// <summary>Waits until so many requests have been sent.</summary>
    public Task ReachedAsync(int count) => _reached[count].Task;

    public async Task RunAsync()
    {
        var connections = new Dictionary<Replica, ClientConnection>();
        while (Interlocked.Increment(ref _sent) is var number && number <= requests)
        {
            _reached[number].TrySetResult();
            var sidecar = await NextReadyAsync();
            try
            {
                if (!connections.TryGetValue(sidecar, out var connection))
                    connections[sidecar] = connection = await ClientConnection.OpenAsync(sidecar.Port);
                var (answer, isOver) = await connection.RequestAsync($"/{number}");
                if (answer != SlowApp.Answer)
                    Failures.Enqueue($"request {number}: {answer}");
                else
                    sidecar.CountServed();
                if (isOver)
                    Forget(connections, sidecar);
            }
            catch (Exception exception) when (exception is IOException or SocketException)
            {
                Failures.Enqueue($"request {number} to {(sidecar == sidecars[0] ? "the leaving" : "the staying")} sidecar: {exception.Message}");
                Forget(connections, sidecar);
            }
        }

        foreach (var connection in connections.Values)
            connection.Dispose();
    }

    private static void Forget(Dictionary<Replica, ClientConnection> connections, Replica sidecar)
    {
        if (connections.Remove(sidecar, out var connection))
            connection.Dispose();
    }

    private async Task<Replica> NextReadyAsync()
    {
        while (true)
        {
            var turn = (uint)Interlocked.Increment(ref _turn);
            for (var i = 0; i < sidecars.Count; i++)
            {
                if (sidecars[(int)((turn + i) % sidecars.Count)] is { IsReady: true } ready)
                    return ready;
            }

            // Neither answers its probe: on a machine this busy that happens, and is no request lost.
            await Task.Yield();
        }
    }
}
