using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Security.Jwt;

/// <summary>Where the issuer publishes its keys.</summary>
internal sealed class KeyServer : IAsyncDisposable
{
    private readonly ScriptedApp _server;
    private int _fetches;

    public KeyServer(string document)
    {
        Document = document;
        _server = ScriptedApp.Serving(async connection =>
        {
            await connection.ReadMessageAsync();
            Interlocked.Increment(ref _fetches);
            await connection.SendAsync($"HTTP/1.1 {Status} Status\r\nLocation: /elsewhere\r\nContent-Length: {Document.Length}\r\n\r\n{Document}");
        });
    }

    public string Url => _server.Url + "/jwks";

    public string Document { get; set; }

    public int Status { get; set; } = 200;

    public int Fetches => Volatile.Read(ref _fetches);

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
