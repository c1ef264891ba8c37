using System.Net;

namespace Sidecar.Proxy.Tests.Wire;

/// <summary>An app that says its name, with a status that the test may change; at /health with another one.</summary>
internal sealed class MoodyApp : IAsyncDisposable
{
    private readonly ScriptedApp _app;
    private int _requests;

    private MoodyApp(string name, int port, IPAddress? address) => _app = ScriptedApp.Serving(
        async connection =>
        {
            var head = await connection.ReadMessageAsync();
            var isCheck = head.StartsWith("GET /health ", StringComparison.Ordinal);
            if (!isCheck)
                Interlocked.Increment(ref _requests);
            if (Silence is { } silence)
                await silence;
            await connection.SendAsync($"HTTP/1.1 {(isCheck ? Health : Status)} X\r\nContent-Length: {name.Length}\r\n\r\n{name}");
        },
        port,
        address);

    public int Port => _app.Port;

    public string Url => _app.Url;

    public volatile int Status = 200;

    public volatile int Health = 200;

    /// <summary>What it waits for before it answers.</summary>
    public volatile Task? Silence;

    /// <summary>How many requests it has had, health checks not counted.</summary>
    public int Requests => Volatile.Read(ref _requests);

    public static MoodyApp Start(string name, int port = 0, IPAddress? address = null) => new(name, port, address);

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
