using System.Net;
using System.Net.Sockets;

namespace Sidecar.Proxy.Lifecycle;

/// <summary>The application that the sidecar is asked to start: what follows <c>--</c> on its command line.</summary>
/// <param name="FileName">The program.</param>
/// <param name="Arguments">Its arguments.</param>
public sealed record WrappedCommand(string FileName, IReadOnlyList<string> Arguments)
{
    /// <summary>The port the application is told to listen on, as <c>PORT</c>.</summary>
    public int Port { get; private init; }

    /// <summary>Divides the command line at <c>--</c>.</summary>
    /// <param name="args">The command line.</param>
    /// <param name="own">The sidecar's own part.</param>
    /// <returns>The application's part, or null when there is none.</returns>
    public static WrappedCommand? Split(string[] args, out string[] own)
    {
        ArgumentNullException.ThrowIfNull(args);

        var at = Array.IndexOf(args, "--");
        own = at < 0 ? args : args[..at];
        return at < 0 || at == args.Length - 1 ? null : new(args[at + 1], args[(at + 2)..]);
    }

    /// <summary>Settles where the application listens: at TARGET if that is given, else on a free port.</summary>
    /// <param name="configuration">The configuration; TARGET is set in it if it was not.</param>
    /// <returns>The command with its port.</returns>
    public WrappedCommand Settle(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);

        if (Uri.TryCreate(configuration["TARGET"]?.Split(',')[0], UriKind.Absolute, out var target))
            return this with { Port = target.Port };
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var port = ((IPEndPoint)socket.LocalEndPoint!).Port;
        configuration["TARGET"] = $"http://localhost:{port}";
        return this with { Port = port };
    }
}
