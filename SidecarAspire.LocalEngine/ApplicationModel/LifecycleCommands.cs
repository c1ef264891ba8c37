namespace Aspire.Hosting.ApplicationModel;

/// <summary>Start, stop and restart: when the dashboard offers them and how they look, as in Aspire.</summary>
internal static class LifecycleCommands
{
    /// <summary>Gives a resource the three commands.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="start">Starts it.</param>
    /// <param name="stop">Stops it, and returns when it has ended.</param>
    public static void Add(IResource resource, Func<ExecuteCommandContext, Task> start, Func<ExecuteCommandContext, Task> stop)
    {
        Add(KnownResourceCommands.StartCommand, "Start", "Start the resource", "Play", IconVariant.Filled, isHighlighted: true, StateOfStart, start);
        Add(KnownResourceCommands.StopCommand, "Stop", "Stop the resource", "Stop", IconVariant.Filled, isHighlighted: true, StateOfStop, stop);
        Add(KnownResourceCommands.RestartCommand, "Restart", "Stop and start the resource", "ArrowCounterclockwise", IconVariant.Regular, isHighlighted: false,
            StateOfRestart,
            async context =>
            {
                await stop(context);
                await start(context);
            });

        void Add(
            string name, string displayName, string description, string icon, IconVariant variant, bool isHighlighted,
            Func<string?, ResourceCommandState> state, Func<ExecuteCommandContext, Task> execute) =>
            resource.Annotations.Add(new ResourceCommandAnnotation(
                name,
                displayName,
                context => state(context.ResourceSnapshot.State?.Text),
                async context =>
                {
                    await execute(context);
                    return CommandResults.Success();
                },
                description,
                parameter: null,
                confirmationMessage: null,
                icon,
                variant,
                isHighlighted));
    }

    private static ResourceCommandState StateOfStart(string? state) =>
        IsUnsettled(state) ? ResourceCommandState.Disabled
        : IsStopped(state) || state == KnownResourceStates.Waiting ? ResourceCommandState.Enabled
        : ResourceCommandState.Hidden;

    private static ResourceCommandState StateOfStop(string? state) =>
        state == KnownResourceStates.Stopping ? ResourceCommandState.Disabled
        : IsUnsettled(state) || IsStopped(state) || state == KnownResourceStates.Waiting ? ResourceCommandState.Hidden
        : ResourceCommandState.Enabled;

    private static ResourceCommandState StateOfRestart(string? state) =>
        StateOfStop(state) == ResourceCommandState.Enabled ? ResourceCommandState.Enabled : ResourceCommandState.Disabled;

    private static bool IsUnsettled(string? state) =>
        string.IsNullOrEmpty(state) || state == KnownResourceStates.Starting || state == KnownResourceStates.RuntimeUnhealthy;

    // DCP says "Unknown" of a process it has lost; it can only be started again.
    private static bool IsStopped(string? state) =>
        state is not null && (KnownResourceStates.TerminalStates.Contains(state) || state == KnownResourceStates.NotStarted || state == "Unknown");
}
