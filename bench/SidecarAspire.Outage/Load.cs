using System.Collections.Concurrent;
using System.Net.Sockets;
using SidecarAspire.Rollout;

namespace SidecarAspire.Outage;

/// <summary>Clients on keep-alive connections that send one request after the other, none of them twice.</summary>
internal sealed class Load(int port, int requests)
{
    private const int Clients = 16;

    private readonly TaskCompletionSource _third = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _sent;

    /// <summary>What was answered otherwise than with 200, by how often.</summary>
    public ConcurrentDictionary<string, int> Failures { get; } = [];

    /// <summary>Completes when a third of the requests has been sent.</summary>
    public Task Third => _third.Task;

    public Task RunAsync() => Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => SendAsync()));

    private async Task SendAsync()
    {
        var connection = await ClientConnection.OpenAsync(port);
        while (Interlocked.Increment(ref _sent) is var number && number <= requests)
        {
            if (number == requests / 3)
                _third.TrySetResult();
            try
            {
                var (answer, isOver) = await connection.RequestAsync($"/{number}");
                if (answer != App.Answer)
                    Fail(answer);
                if (!isOver)
                    continue;
            }
            catch (Exception exception) when (exception is IOException or SocketException)
            {
                Fail(exception.Message);
            }

            connection.Dispose();
            connection = await ClientConnection.OpenAsync(port);
        }

        connection.Dispose();
    }

    private void Fail(string what) => Failures.AddOrUpdate(what, 1, static (_, count) => count + 1);
}
