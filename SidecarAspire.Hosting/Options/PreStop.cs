namespace SidecarAspire.Hosting;

/// <summary>What a container does before it gets SIGTERM.</summary>
public sealed record PreStop
{
    private PreStop()
    {
    }

    internal IReadOnlyList<string>? Command { get; private init; }

    internal TimeSpan? Duration { get; private init; }

    internal string? Path { get; private init; }

    internal int? Port { get; private init; }

    /// <summary>Nothing: SIGTERM comes at once.</summary>
    public static PreStop None { get; } = new();

    /// <summary>Waits; Kubernetes does it itself from 1.30 on.</summary>
    /// <param name="duration">How long, in whole seconds.</param>
    public static PreStop Sleep(TimeSpan duration) => new() { Duration = duration };

    /// <summary>Runs a program that the image has, and waits for it.</summary>
    /// <param name="command">The program and its arguments; no shell.</param>
    public static PreStop Exec(params string[] command) => new() { Command = command };

    /// <summary>Sends a GET request to the Pod and waits for the answer, whatever it is.</summary>
    /// <param name="path">The path.</param>
    /// <param name="port">The port.</param>
    public static PreStop HttpGet(string path, int port) => new() { Path = path, Port = port };
}
