using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Aspire.Hosting.Reporting;

namespace Aspire.Hosting.Dcp;

/// <summary>What the runners of all resources share.</summary>
internal sealed record ResourceRunnerServices(
    DcpClient Client,
    SessionFolder Session,
    ResourceConfiguration Configuration,
    ExecutableMapping Mapping,
    ConsoleLogPump Pump,
    ResourceNotificationService Notifications,
    ResourceLoggerService Loggers,
    IDistributedApplicationEventing Eventing,
    DistributedApplicationExecutionContext ExecutionContext,
    IAppHostReporter Reporter,
    IServiceProvider Provider,
    TimeProvider Time,
    CancellationToken Stopping);
