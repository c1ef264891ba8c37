using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dcp;
using Aspire.Hosting.Eventing;
using Microsoft.Extensions.Logging.Abstractions;
using SidecarAspire.LocalEngine.Tests.ApplicationModel;
using SidecarAspire.LocalEngine.Tests.Reporting;

namespace SidecarAspire.LocalEngine.Tests.Dcp;

/// <summary>The program <c>web</c> of an application, run by an orchestrator that does what the test says.</summary>
internal sealed class ResourceRun : IDisposable
{
    public ResourceRun()
    {
        Web = Application.AddProgram("web");
        Runner = NewRunner();
    }

    /// <summary>The longest a test waits for it.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(10);

    public AnApplication Application { get; } = new();

    public FakeDcp Dcp { get; } = new();

    public ResourceServices Services { get; } = new();

    public RecordingReporter Console { get; } = new();

    public SessionFolder Session { get; } = SessionFolder.Create();

    public IResourceBuilder<ExecutableResource> Web { get; }

    public ResourceRunner Runner { get; }

    public CustomResourceSnapshot Snapshot => Services.Current(Web.Resource);

    public string? State() => Snapshot.State?.Text;

    public Task StartAsync() => Runner.StartAsync(TestContext.Current.CancellationToken);

    /// <summary>What the orchestrator was asked to run next.</summary>
    public async Task<DcpExecutable> CreatedAsync() =>
        await Dcp.Created.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience, TestContext.Current.CancellationToken);

    /// <summary>What the console said next.</summary>
    public async Task<string> ToldAsync() =>
        await Console.Told.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience, TestContext.Current.CancellationToken);

    /// <summary>Tells of what has become of it.</summary>
    public Task News(DcpExecutable executable, string state, int? pid = null, int? exitCode = null) =>
        Runner.OnNewsAsync(executable with { Status = new DcpExecutableStatus { State = state, Pid = pid, ExitCode = exitCode } });

    public void Dispose()
    {
        Runner.Dispose();
        Session.Dispose();
        Services.Dispose();
        Dcp.Dispose();
        Application.Dispose();
    }

    private ResourceRunner NewRunner()
    {
        var options = new EngineOptions();
        var context = Application.Builder.ExecutionContext;
        return new ResourceRunner(Web.Resource, new ResourceRunnerServices(
            Dcp.Client, Session, new ResourceConfiguration(context, Services.Loggers), new ExecutableMapping(options),
            new ConsoleLogPump(Services.Loggers, options, NullLoggerFactory.Instance), Services.Notifications, Services.Loggers,
            new DistributedApplicationEventing(), context, Console, new NoServices(), TimeProvider.System, CancellationToken.None));
    }

    private sealed class NoServices : IServiceProvider
    {
        public object? GetService(Type serviceType) => null;
    }
}
