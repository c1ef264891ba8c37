using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Executes the commands of resources, for the dashboard and for tests.</summary>
public partial class ResourceCommandService
{
    private readonly ResourceNotificationService _notifications;
    private readonly ResourceLoggerService _loggers;
    private readonly IServiceProvider _serviceProvider;

    internal ResourceCommandService(ResourceNotificationService notifications, ResourceLoggerService loggers, IServiceProvider serviceProvider)
    {
        _notifications = notifications;
        _loggers = loggers;
        _serviceProvider = serviceProvider;
    }

    /// <summary>Executes a command.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="commandName">The command.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <returns>How it ended; an unknown command and an exception are failures too.</returns>
    public Task<ExecuteCommandResult> ExecuteCommandAsync(IResource resource, string commandName, CancellationToken cancellationToken = default) =>
        ExecuteAsync(resource, ResourceInstanceAnnotation.IdOf(resource), commandName, cancellationToken);

    /// <summary>Executes a command.</summary>
    /// <param name="resourceId">The id of the resource, or its name.</param>
    /// <param name="commandName">The command.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <returns>How it ended; an unknown resource, an unknown command and an exception are failures too.</returns>
    public Task<ExecuteCommandResult> ExecuteCommandAsync(string resourceId, string commandName, CancellationToken cancellationToken = default) =>
        _notifications.TryGetCurrentState(resourceId, out var state)
            ? ExecuteAsync(state.Resource, state.ResourceId, commandName, cancellationToken)
            : Task.FromResult(CommandResults.Failure($"Resource '{resourceId}' not found."));

    private async Task<ExecuteCommandResult> ExecuteAsync(IResource resource, string resourceId, string commandName, CancellationToken cancellationToken)
    {
        var log = _loggers.GetLogger(resourceId);
        if (resource.Annotations.OfType<ResourceCommandAnnotation>().LastOrDefault(c => c.Name == commandName) is not { } command)
        {
            return CommandResults.Failure($"Command '{commandName}' not available for resource '{resource.Name}'.");
        }

        LogExecuting(log, commandName);
        try
        {
            var result = await command.ExecuteCommand(new()
            {
                ServiceProvider = _serviceProvider,
                ResourceName = resourceId,
                CancellationToken = cancellationToken,
                Logger = log,
            });
            if (result is { Success: false, Canceled: false })
            {
                LogFailed(log, commandName, result.Message);
            }

            return result;
        }
        catch (OperationCanceledException)
        {
            return CommandResults.Canceled();
        }
        catch (Exception ex)
        {
            LogError(log, ex, commandName);
            return CommandResults.Failure(ex);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Executing command '{Command}'.")]
    private static partial void LogExecuting(ILogger log, string command);

    [LoggerMessage(Level = LogLevel.Error, Message = "Command '{Command}' failed: {Reason}")]
    private static partial void LogFailed(ILogger log, string command, string? reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Command '{Command}' failed.")]
    private static partial void LogError(ILogger log, Exception ex, string command);
}
