namespace Aspire.Hosting.ApplicationModel;

/// <summary>The states that the engine, the dashboard and tests know.</summary>
public static class KnownResourceStates
{
    /// <summary>Waits to be started by hand.</summary>
    public static readonly string NotStarted = nameof(NotStarted);

    /// <summary>Waits for another resource.</summary>
    public static readonly string Waiting = nameof(Waiting);

    /// <summary>Has been asked to start.</summary>
    public static readonly string Starting = nameof(Starting);

    /// <summary>Runs; its health may still have to show.</summary>
    public static readonly string Running = nameof(Running);

    /// <summary>Has been asked to stop.</summary>
    public static readonly string Stopping = nameof(Stopping);

    /// <summary>Has ended.</summary>
    public static readonly string Exited = nameof(Exited);

    /// <summary>Has ended by itself or when asked.</summary>
    public static readonly string Finished = nameof(Finished);

    /// <summary>Could not be started.</summary>
    public static readonly string FailedToStart = nameof(FailedToStart);

    /// <summary>What runs it, such as a container runtime, does not work.</summary>
    public static readonly string RuntimeUnhealthy = nameof(RuntimeUnhealthy);

    /// <summary>Exists; it has no process and no lifetime.</summary>
    public static readonly string Active = nameof(Active);

    /// <summary>A parameter nobody has supplied.</summary>
    public static readonly string ValueMissing = nameof(ValueMissing);

    /// <summary>The states in which nothing runs any more.</summary>
    public static readonly IReadOnlyList<string> TerminalStates = [Finished, FailedToStart, Exited];
}
