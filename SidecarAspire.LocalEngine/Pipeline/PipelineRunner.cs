using System.Runtime.InteropServices;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Aspire.Hosting.Reporting;

namespace Aspire.Hosting.Pipelines;

/// <summary>Publishes: runs the pipeline, tells how it went and turns that into an exit code.</summary>
internal sealed class PipelineRunner(
    IDistributedApplicationPipeline pipeline,
    IDistributedApplicationEventing eventing,
    DistributedApplicationModel model,
    DistributedApplicationExecutionContext executionContext,
    IAppHostReporter reporter)
{
    private const int FailureExitCode = 1;

    // What a shell reports for a program that Ctrl+C ended.
    private const int CancelledExitCode = 130;

    public async Task<int> RunAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        // While publishing no host is running that would listen for signals.
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Cancel);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Cancel);
        try
        {
            var context = new PipelineContext(model, executionContext, services, new PipelineLogger(reporter), cancellation.Token);
            await eventing.PublishAsync(new BeforeStartEvent(services, model), cancellation.Token);
            await pipeline.ExecuteAsync(context);
            foreach (var item in context.Summary.Items)
            {
                reporter.Line($"{item.Key}: {item.Value}");
            }

            return 0;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            reporter.Error("Publishing was cancelled.");
            return CancelledExitCode;
        }
        catch (DistributedApplicationException e)
        {
            reporter.Error(e.Message);
            return FailureExitCode;
        }

        void Cancel(PosixSignalContext signal)
        {
            signal.Cancel = true;
            cancellation.Cancel();
        }
    }
}
