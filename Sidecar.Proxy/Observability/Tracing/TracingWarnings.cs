namespace Sidecar.Proxy.Observability.Tracing;

/// <summary>Tells at the start which of OpenTelemetry's variables are not followed.</summary>
/// <param name="configuration">The configuration.</param>
/// <param name="logger">Where it is told.</param>
internal sealed partial class TracingWarnings(IConfiguration configuration, ILogger<TracingWarnings> logger) : IHostedService
{
    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var problem in TracingEnvironment.Ignored(configuration))
            Ignored(logger, problem);
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(EventId = 1, EventName = "VariableIgnored", Level = LogLevel.Warning, Message = "{Problem}")]
    private static partial void Ignored(ILogger logger, string problem);
}
