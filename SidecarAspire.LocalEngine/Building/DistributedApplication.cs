using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dcp;
using Aspire.Hosting.Pipelines;
using Aspire.Hosting.Reporting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting;

/// <summary>An application that can be run or published.</summary>
/// <param name="host">What holds its services.</param>
public class DistributedApplication(IHost host) : IHost, IAsyncDisposable
{
    private const int FailureExitCode = 1;
    private bool _isStarted;

    /// <inheritdoc />
    public IServiceProvider Services => host.Services;

    /// <summary>The states of the resources.</summary>
    public ResourceNotificationService ResourceNotifications => Services.GetRequiredService<ResourceNotificationService>();

    /// <summary>Runs the commands of resources, such as start and stop.</summary>
    public ResourceCommandService ResourceCommands => Services.GetRequiredService<ResourceCommandService>();

    /// <summary>Whether a test starts and stops the application, not AppHost.cs.</summary>
    internal bool IsDrivenByTest { get; init; }

    /// <summary>Begins the description of an application.</summary>
    public static IDistributedApplicationBuilder CreateBuilder() => CreateBuilder([]);

    /// <summary>Begins the description of an application.</summary>
    /// <param name="args">The command line.</param>
    public static IDistributedApplicationBuilder CreateBuilder(string[] args) => CreateBuilder(new DistributedApplicationOptions { Args = args });

    /// <summary>Begins the description of an application.</summary>
    public static IDistributedApplicationBuilder CreateBuilder(DistributedApplicationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        AuthorErrors.ReportInOneLine();
        if (CommandLineHelp.IsAskedFor(options.Args))
        {
            CommandLineHelp.ShowAndExit();
        }

        return new DistributedApplicationBuilder(options);
    }

    /// <summary>Runs or publishes the application until it ends; see <see cref="RunAsync"/>.</summary>
    public void Run() => RunAsync().GetAwaiter().GetResult();

    /// <summary>
    /// Runs the application until Ctrl+C, SIGTERM or the token, or publishes it when the command line says so.
    /// A failure that the user can put right is one line on stderr and exit code 1.
    /// </summary>
    public virtual async Task RunAsync(CancellationToken cancellationToken = default)
    {
        if (IsDrivenByTest)
        {
            await host.WaitForShutdownAsync(cancellationToken).ConfigureAwait(false);
            return;
        }

        try
        {
            if (Services.GetRequiredService<DistributedApplicationExecutionContext>().IsPublishMode)
            {
                Environment.ExitCode = await Services.GetRequiredService<PipelineRunner>().RunAsync(Services, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await RunToEndAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        catch (DistributedApplicationException e)
        {
            Services.GetRequiredService<IAppHostReporter>().Error(e.Message);
            Environment.ExitCode = FailureExitCode;
        }
        finally
        {
            await DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <inheritdoc />
    public virtual async Task StartAsync(CancellationToken cancellationToken = default)
    {
        // A service that cannot even be made, for want of a sound setting, leaves the host nothing that it could stop.
        _ = Services.GetServices<IHostedService>().Count();
        _isStarted = true;
        try
        {
            await host.StartAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            // A host that could not be started does not stop what it has started.
            await host.StopAsync(CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc />
    public virtual Task StopAsync(CancellationToken cancellationToken = default) =>
        _isStarted ? host.StopAsync(cancellationToken) : Task.CompletedTask;

    /// <inheritdoc />
    public virtual void Dispose()
    {
        host.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc />
    public virtual async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        if (host is IAsyncDisposable disposable)
        {
            await disposable.DisposeAsync().ConfigureAwait(false);
        }

        GC.SuppressFinalize(this);
    }

    private async Task RunToEndAsync(CancellationToken cancellationToken)
    {
        try
        {
            await StartAsync(cancellationToken).ConfigureAwait(false);
            await host.WaitForShutdownAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Ctrl+C while things were still starting.
        }

        if (Services.GetRequiredService<Orchestrator>().Failed)
        {
            Environment.ExitCode = FailureExitCode;
        }
    }
}
