namespace Aspire.Hosting.ApplicationModel;

/// <summary>What a dependency's state means for whoever waits for it.</summary>
/// <param name="IsOver">Whether the wait is over.</param>
/// <param name="Problem">Why it is over without success; null when the waiter goes on.</param>
internal readonly record struct DependencyVerdict(bool IsOver, string? Problem = null)
{
    private static readonly DependencyVerdict s_keepWaiting = new(IsOver: false);
    private static readonly DependencyVerdict s_goOn = new(IsOver: true);

    public static DependencyVerdict Of(WaitAnnotation wait, CustomResourceSnapshot dependency) => wait.WaitType switch
    {
        WaitType.WaitForCompletion => OfCompletion(wait.ExitCode, dependency),
        WaitType.WaitUntilStarted when dependency.State?.Text == KnownResourceStates.Running => s_goOn,
        WaitType.WaitUntilHealthy when dependency.HealthStatus is Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus.Healthy => s_goOn,
        _ => OfUnavailable(wait.WaitBehavior, dependency.State?.Text),
    };

    private static DependencyVerdict OfCompletion(int expected, CustomResourceSnapshot dependency) => dependency switch
    {
        { State.Text: var state } when state == KnownResourceStates.FailedToStart => FailedToStart(),
        { ExitCode: { } code } when code != expected => new(IsOver: true, $"it ended with exit code {code}, expected {expected}"),
        { ExitCode: not null } => s_goOn,
        { State.Text: { } state } when KnownResourceStates.TerminalStates.Contains(state) => s_goOn,
        _ => s_keepWaiting,
    };

    // A process that has ended holds nobody up unless AppHost.cs says so: the sidecar in front of an app that crashed has to
    // answer for it. Aspire gets there by having seen the app run for a moment.
    private static DependencyVerdict OfUnavailable(WaitBehavior? behavior, string? state)
    {
        var failed = state == KnownResourceStates.FailedToStart || state == KnownResourceStates.RuntimeUnhealthy;
        var ended = state == KnownResourceStates.Finished || state == KnownResourceStates.Exited;
        return behavior switch
        {
            WaitBehavior.WaitOnResourceUnavailable => s_keepWaiting,
            _ when failed => FailedToStart(),
            WaitBehavior.StopOnResourceUnavailable when ended => new(IsOver: true, $"it entered the '{state}' state prematurely"),
            null when ended => s_goOn,
            _ => s_keepWaiting,
        };
    }

    private static DependencyVerdict FailedToStart() => new(IsOver: true, "it failed to start");
}
