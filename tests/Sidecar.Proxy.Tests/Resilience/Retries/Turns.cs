using System.Collections.Concurrent;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Resilience.Retries;

/// <summary>Answers given in turn, whichever app is asked. The last one is given again and again; null closes the connection instead.</summary>
internal sealed class Turns(params string?[] answers)
{
    private readonly ConcurrentQueue<(int App, string Request)> _seen = new();
    private int _turn = -1;
    private int _apps;

    public const string Unavailable = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\n\r\nbusy";

    /// <summary>What was asked, and which app.</summary>
    public IReadOnlyList<(int App, string Request)> Seen => [.. _seen];

    public ScriptedApp App()
    {
        var number = ++_apps;
        return ScriptedApp.Serving(async connection =>
        {
            var request = await connection.ReadMessageAsync();
            _seen.Enqueue((number, request));
            if (answers[Math.Min(Interlocked.Increment(ref _turn), answers.Length - 1)] is { } answer)
                await connection.SendAsync(answer);
            else
                connection.Dispose();
        });
    }
}
