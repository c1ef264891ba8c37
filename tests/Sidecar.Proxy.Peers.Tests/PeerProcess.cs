using System.Diagnostics;
using System.Globalization;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Peers.Tests;

/// <summary>A client or a server that somebody else wrote.</summary>
internal sealed class PeerProcess : ChildProcess
{
    private PeerProcess(ProcessStartInfo start)
        : base(start)
    {
    }

    /// <summary>Starts a program.</summary>
    /// <param name="program">Its name.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <exception cref="InvalidOperationException">It is not installed.</exception>
    public static PeerProcess Start(string program, params string[] arguments) => new(new ProcessStartInfo(program, arguments) { WorkingDirectory = NpmPackages.Folder });

    /// <summary>Starts a server in Node.js and waits until it listens.</summary>
    /// <param name="script">Its file.</param>
    public static async Task<(PeerProcess Process, string Url)> ServeAsync(string script)
    {
        var server = Start("node", script);
        var line = await server.NextAsync();
        line.ShouldStartWith("listening ");
        return (server, $"http://127.0.0.1:{line["listening ".Length..]}");
    }

    /// <summary>Runs a client in Node.js to its end.</summary>
    /// <param name="script">Its file.</param>
    /// <param name="port">Where it connects.</param>
    /// <param name="name">What it does there.</param>
    /// <returns>What it said, line by line.</returns>
    public static async Task<string[]> CallAsync(string script, int port, string name)
    {
        var (exitCode, output) = await RunAsync("node", script, port.ToString(CultureInfo.InvariantCulture), name);
        exitCode.ShouldBe(0, output);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>Runs a program to its end.</summary>
    /// <param name="program">Its name.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>Its exit code, and what it wrote to standard output, or to standard error when that is all there is.</returns>
    public static async Task<(int ExitCode, string Output)> RunAsync(string program, params string[] arguments)
    {
        using var process = Start(program, arguments);
        return await process.ExitAsync(Patience.Token());
    }

    /// <summary>The next line it writes.</summary>
    public async Task<string> NextAsync() => await Output.ReadLineAsync(Patience.Token()) ?? throw new EndOfStreamException($"It ended: {Error}");

    /// <summary>Waits for its end.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<(int ExitCode, string Output)> ExitAsync(CancellationToken cancellationToken)
    {
        var output = await Output.ReadToEndAsync(cancellationToken);
        await Process.WaitForExitAsync(cancellationToken);
        return (Process.ExitCode, output.Length > 0 ? output : Error);
    }
}
