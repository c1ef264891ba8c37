namespace SidecarAspire.Hosting.Kubernetes;

/// <summary>What happens to a container before SIGTERM.</summary>
internal sealed record Lifecycle(Lifecycle.Handler PreStop)
{
    public static Lifecycle? Of(PreStop? hook) => hook switch
    {
        { Duration: { } duration } => new(new Handler(Sleep: new((long)duration.TotalSeconds))),
        { Command: { } command } => new(new Handler(Exec: new(command))),
        { Path: { } path, Port: { } port } => new(new Handler(HttpGet: new(path, port))),
        _ => null,
    };

    internal sealed record Handler(SleepAction? Sleep = null, ExecAction? Exec = null, HttpGetAction? HttpGet = null);

    internal sealed record SleepAction(long Seconds);

    internal sealed record ExecAction(IReadOnlyList<string> Command);
}
