using System.Buffers;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Sidecar.Proxy.Tests.Wire;
using Sidecar.Proxy.Transport;

namespace Sidecar.Proxy.Tests.Transport;

/// <summary>A listener on event loops, and clients of it on .NET's sockets.</summary>
internal sealed class LoopServer : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    private LoopServer(ServiceProvider services, IConnectionListener listener) => (_services, Listener) = (services, listener);

    public IConnectionListener Listener { get; }

    public IConnectionFactory Transport => _services.GetRequiredService<ITransport>();

    public int Port => ((IPEndPoint)Listener.EndPoint).Port;

    /// <summary>Listens.</summary>
    /// <param name="loops">On how many loops: one has everything on one thread.</param>
    public static async Task<LoopServer> StartAsync(int loops = 1)
    {
        var builder = new ServiceCollection().AddLogging().AddOptions();
        builder.AddSingleton<IMemoryPoolFactory<byte>, SharedMemory>();
        builder.AddTransport(hasLoops: true, loops);
        var services = builder.BuildServiceProvider();
        return new(services, await services.GetRequiredService<ITransport>().BindAsync(new IPEndPoint(IPAddress.Loopback, 0), Patience.Token()));
    }

    public Task<RawConnection> ConnectAsync() => RawConnection.OpenAsync(Port);

    public async Task<ConnectionContext> AcceptAsync() => (await Listener.AcceptAsync(Patience.Token()).OffLoopAsync())!;

    /// <summary>Both ends of a connection; the server's is on the loop.</summary>
    public async Task<(RawConnection Client, ConnectionContext Server)> PairAsync()
    {
        var client = await ConnectAsync();
        return (client, await AcceptAsync());
    }

    /// <summary>Serves every connection in the same way, until the listener is closed.</summary>
    public async Task ServeAsync(Func<ConnectionContext, Task> serve)
    {
        while (await Listener.AcceptAsync() is { } connection)
            _ = Task.Run(() => ServeAsync(connection, serve));
    }

    public async ValueTask DisposeAsync()
    {
        await Listener.DisposeAsync();
        await _services.DisposeAsync();
    }

    private static async Task ServeAsync(ConnectionContext connection, Func<ConnectionContext, Task> serve)
    {
        await using (connection)
        {
            try
            {
                await serve(connection);
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException or ObjectDisposedException)
            {
                // The client was first.
            }
        }
    }

    private sealed class SharedMemory : IMemoryPoolFactory<byte>
    {
        public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => MemoryPool<byte>.Shared;
    }
}
