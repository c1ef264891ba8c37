using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dashboard.Proto;

namespace Aspire.Hosting.Dashboard;

/// <summary>Answers the dashboard's calls.</summary>
/// <param name="applicationName">What the dashboard calls the application.</param>
/// <param name="notifications">The states to show.</param>
/// <param name="loggers">The console output to show.</param>
/// <param name="commands">Executes what the page asks for.</param>
/// <param name="time">The clock.</param>
internal sealed class ResourceService(
    string applicationName,
    ResourceNotificationService notifications,
    ResourceLoggerService loggers,
    ResourceCommandService commands,
    TimeProvider time)
{
    // A gRPC client takes 4 MB a message, and a char has up to three bytes in UTF-8.
    private const int MaximumLogCharacters = 1024 * 1024;

    private readonly DateTime _startedAt = time.GetUtcNow().UtcDateTime;

    /// <summary>Answers a call.</summary>
    /// <param name="method">The path: <c>/package.Service/Method</c>.</param>
    /// <param name="call">The call.</param>
    /// <exception cref="GrpcException">There is no such method, or the request makes no sense.</exception>
    public Task AnswerAsync(string? method, GrpcCall call) => method switch
    {
        "/aspire.v1.DashboardService/GetApplicationInformation" => GetApplicationInformationAsync(call),
        "/aspire.v1.DashboardService/WatchResources" => WatchResourcesAsync(call),
        "/aspire.v1.DashboardService/WatchResourceConsoleLogs" => WatchResourceConsoleLogsAsync(call),
        "/aspire.v1.DashboardService/ExecuteResourceCommand" => ExecuteResourceCommandAsync(call),
        "/aspire.v1.DashboardService/WatchInteractions" => WatchInteractionsAsync(call),
        _ => throw new GrpcException(GrpcStatus.Unimplemented, $"{method} is not offered."),
    };

    private async Task GetApplicationInformationAsync(GrpcCall call)
    {
        await call.ReadAsync(ApplicationInformationRequest.Parser);
        await call.WriteAsync(new ApplicationInformationResponse { ApplicationName = applicationName });
    }

    private async Task WatchResourcesAsync(GrpcCall call)
    {
        await call.ReadAsync(WatchResourcesRequest.Parser);
        using var subscription = notifications.Subscribe();
        var initial = new InitialResourceData();
        initial.Resources.AddRange(subscription.Current.Select(ToProto));
        await call.WriteAsync(new WatchResourcesUpdate { InitialData = initial });

        while (await subscription.Changes.WaitToReadAsync(call.CancellationToken))
        {
            // Only the last of several states of a resource is worth sending.
            var latest = new Dictionary<string, ResourceEvent>();
            while (subscription.Changes.TryRead(out var news))
            {
                latest[news.ResourceId] = news;
            }

            var changes = new WatchResourcesChanges();
            changes.Value.AddRange(latest.Values.Select(news => new WatchResourcesChange { Upsert = ToProto(news) }));
            await call.WriteAsync(new WatchResourcesUpdate { Changes = changes });
        }
    }

    private async Task WatchResourceConsoleLogsAsync(GrpcCall call)
    {
        var request = await call.ReadAsync(WatchResourceConsoleLogsRequest.Parser);
        await call.StartAsync();
        var lines = request.SuppressFollow ? loggers.GetAllAsync(request.ResourceName) : loggers.WatchAsync(request.ResourceName);
        await foreach (var batch in lines.WithCancellation(call.CancellationToken))
        {
            var update = new WatchResourceConsoleLogsUpdate();
            var characters = 0;
            foreach (var line in batch)
            {
                var text = line.Content.Length > MaximumLogCharacters ? line.Content[..MaximumLogCharacters] : line.Content;
                if (characters + text.Length > MaximumLogCharacters)
                {
                    await call.WriteAsync(update);
                    update = new();
                    characters = 0;
                }

                characters += text.Length;
                update.LogLines.Add(new ConsoleLogLine { Text = text, IsStdErr = line.IsErrorMessage, LineNumber = line.LineNumber });
            }

            await call.WriteAsync(update);
        }
    }

    private async Task ExecuteResourceCommandAsync(GrpcCall call)
    {
        var request = await call.ReadAsync(ResourceCommandRequest.Parser);
        var result = await commands.ExecuteCommandAsync(request.ResourceName, request.CommandName, call.CancellationToken);
        await call.WriteAsync(new ResourceCommandResponse
        {
            Kind = result switch
            {
                { Success: true } => ResourceCommandResponseKind.Succeeded,
                { Canceled: true } => ResourceCommandResponseKind.Cancelled,
                _ => ResourceCommandResponseKind.Failed,
            },
            Message = result.Message ?? "",
        });
    }

    // There are no interactions, but the dashboard has to be kept waiting for one: where a refusal reaches its reader before its
    // writer, it takes the connection for lost and its pages show nothing.
    private static async Task WatchInteractionsAsync(GrpcCall call)
    {
        await call.StartAsync();
        await Task.Delay(Timeout.InfiniteTimeSpan, call.CancellationToken);
    }

    private Proto.Resource ToProto(ResourceEvent state) => ResourceMapping.ToProto(state, _startedAt);
}
