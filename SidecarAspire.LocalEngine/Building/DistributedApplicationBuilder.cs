using System.Reflection;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Bundle;
using Aspire.Hosting.Dashboard;
using Aspire.Hosting.Dcp;
using Aspire.Hosting.Eventing;
using Aspire.Hosting.Health;
using Aspire.Hosting.Pipelines;
using Aspire.Hosting.Reporting;
using Aspire.Hosting.Testing;
using Aspire.Hosting.Validation;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Spectre.Console;

namespace Aspire.Hosting;

/// <summary>Takes the description of an application and builds what runs or publishes it.</summary>
public class DistributedApplicationBuilder : IDistributedApplicationBuilder
{
    private static readonly Dictionary<string, string> s_switches = new()
    {
        ["--operation"] = "AppHost:Operation",
        ["--publisher"] = "Publishing:Publisher",
        ["--step"] = "Pipeline:Step",
        ["--output-path"] = "Pipeline:OutputPath",
    };

    private readonly HostApplicationBuilder _host;
    private readonly EntryPointInterceptor? _interceptor = EntryPointInterceptor.Current;

    /// <summary>A builder with a command line.</summary>
    public DistributedApplicationBuilder(string[] args) : this(new DistributedApplicationOptions { Args = args })
    {
    }

    /// <summary>A builder with options.</summary>
    public DistributedApplicationBuilder(DistributedApplicationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var settings = new HostApplicationBuilderSettings { Args = options.Args };
        _interceptor?.OnConstructing(options, settings);
        AppHostAssembly = options.AssemblyName is { } name ? Assembly.Load(name) : Assembly.GetEntryAssembly();
        AppHostDirectory = options.ProjectDirectory ?? DirectoryOf(AppHostAssembly) ?? Directory.GetCurrentDirectory();
        settings.ContentRootPath ??= AppHostDirectory;
        settings.ApplicationName ??= AppHostAssembly?.GetName().Name;
        _host = new HostApplicationBuilder(settings);
        _host.Configuration.AddCommandLine(options.Args ?? [], s_switches);
        _host.Configuration.AddInMemoryCollection([
            new("AppHost:Directory", AppHostDirectory),
            new("AppHost:DashboardApplicationName", options.DashboardApplicationName ?? settings.ApplicationName),
        ]);
        ExecutionContext = new DistributedApplicationExecutionContext(Operation(Configuration), Configuration["Publishing:Publisher"] ?? string.Empty);
        Options = EngineOptions.From(Configuration, options);
        ConfigureServices();
    }

    /// <inheritdoc />
    public ConfigurationManager Configuration => _host.Configuration;

    /// <inheritdoc />
    public string AppHostDirectory { get; }

    /// <inheritdoc />
    public Assembly? AppHostAssembly { get; }

    /// <inheritdoc />
    public IHostEnvironment Environment => _host.Environment;

    /// <inheritdoc />
    public IServiceCollection Services => _host.Services;

    /// <inheritdoc />
    public IDistributedApplicationEventing Eventing { get; } = new DistributedApplicationEventing();

    /// <inheritdoc />
    public DistributedApplicationExecutionContext ExecutionContext { get; }

    /// <inheritdoc />
    public IDistributedApplicationPipeline Pipeline { get; } = new DistributedApplicationPipeline();

    /// <inheritdoc />
    public IResourceCollection Resources { get; } = new ResourceCollection();

    internal EngineOptions Options { get; }

    /// <inheritdoc />
    public IResourceBuilder<T> AddResource<T>(T resource) where T : IResource
    {
        Resources.Add(resource);
        return CreateResourceBuilder(resource);
    }

    /// <inheritdoc />
    public IResourceBuilder<T> CreateResourceBuilder<T>(T resource) where T : IResource =>
        new DistributedApplicationResourceBuilder<T>(this, resource);

    /// <inheritdoc />
    public DistributedApplication Build()
    {
        _interceptor?.OnBuilding(this);
        var application = new DistributedApplication(_host.Build()) { IsDrivenByTest = _interceptor is not null };
        ExecutionContext.ServiceProvider = application.Services;
        _interceptor?.OnBuilt(application);
        return application;
    }

    private static string? DirectoryOf(Assembly? assembly) =>
        assembly?.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(a => a.Key == "AppHostProjectPath")?.Value is { } path && Directory.Exists(path) ? path : null;

    private static DistributedApplicationOperation Operation(ConfigurationManager configuration) =>
        (configuration["AppHost:Operation"], configuration["Publishing:Publisher"]) switch
        {
            (null, null) => DistributedApplicationOperation.Run,
            (null, _) => DistributedApplicationOperation.Publish,
            ({ } operation, _) when operation.Equals("run", StringComparison.OrdinalIgnoreCase) => DistributedApplicationOperation.Run,
            ({ } operation, _) when operation.Equals("publish", StringComparison.OrdinalIgnoreCase) => DistributedApplicationOperation.Publish,
            ({ } operation, _) => throw new DistributedApplicationException($"--operation is '{operation}'; allowed are 'run' and 'publish'."),
        };

    private void ConfigureServices()
    {
        // The console is the reporter's; of the log it takes what needs attention.
        _host.Logging.ClearProviders();
        _host.Logging.AddSimpleConsole(console => console.SingleLine = true);
        _host.Logging.SetMinimumLevel(LogLevel.Warning);
        _host.Logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None);
        // A start that fails is thrown as well, and reported from there.
        _host.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        if (Options.EnableResourceLogging)
        {
            _host.Logging.AddFilter("Resources", LogLevel.Information);
        }

        Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(30));
        Services.Configure<ConsoleLifetimeOptions>(lifetime => lifetime.SuppressStatusMessages = true);
        Services.AddSingleton(TimeProvider.System);
        Services.AddSingleton(new DistributedApplicationModel(Resources));
        Services.AddSingleton(ExecutionContext);
        Services.AddSingleton(Eventing);
        Services.AddSingleton(Pipeline);
        Services.AddSingleton(Options);
        Services.AddSingleton<ResourceLoggerService>();
        Services.AddSingleton<ResourceNotificationService>();
        Services.AddSingleton(services => new ResourceCommandService(
            services.GetRequiredService<ResourceNotificationService>(), services.GetRequiredService<ResourceLoggerService>(), services));
        Services.AddSingleton<IAppHostReporter>(_ => new ConsoleReporter(AnsiConsole.Console, Console.Out, Console.Error));
        Services.AddSingleton<ResourceConfiguration>();
        Services.AddHealthChecks();
        if (ExecutionContext.IsRunMode)
        {
            ConfigureRun();
        }
        else
        {
            Services.AddPipeline();
        }
    }

    private void ConfigureRun()
    {
        Services.AddSingleton<LocalPorts>();
        Services.AddSingleton<EndpointAllocator>();
        Services.AddSingleton<ExecutableMapping>();
        Services.AddSingleton<ConsoleLogPump>();
        Services.AddSingleton<ModelValidator>();
        Services.AddSingleton(_ => new BundleLocator());
        Services.AddSingleton<Orchestrator>();
        if (!Options.DisableDashboard)
        {
            this.AddDashboard();
        }

        Services.AddHostedService(services => services.GetRequiredService<Orchestrator>());
        Services.AddHostedService<ResourceHealthMonitor>();
        if (_interceptor is null)
        {
            Services.AddHostedService<StartupReport>();
        }

        this.OnBeforeStart((_, _) =>
        {
            foreach (var resource in Resources.Where(r => r is IComputeResource))
            {
                Orchestrator.Identify(resource);
            }

            return Task.CompletedTask;
        });
    }
}
