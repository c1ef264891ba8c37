using System.Reflection;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Testing;

/// <summary>
/// Runs an app host's own program inside a test, halts it where it has described the application, and hands
/// the builder and then the application to the test.
/// </summary>
internal sealed class EntryPointInterceptor(Assembly appHost, string[] args, Action<DistributedApplicationOptions, HostApplicationBuilderSettings> configure)
{
    private static readonly AsyncLocal<EntryPointInterceptor?> s_current = new();
    private readonly TaskCompletionSource<DistributedApplicationBuilder> _described = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<DistributedApplication> _built = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<bool> _mayBuild = new();

    /// <summary>The interceptor in whose test this code runs; null in an ordinary run.</summary>
    public static EntryPointInterceptor? Current => s_current.Value;

    /// <summary>Runs the program until it has described the application.</summary>
    public async Task<DistributedApplicationBuilder> DescribeAsync(CancellationToken cancellationToken)
    {
        var entryPoint = appHost.EntryPoint ?? throw new InvalidOperationException($"Assembly '{appHost.GetName().Name}' is not a program.");
        var thread = new Thread(() => Invoke(entryPoint)) { IsBackground = true, Name = "AppHost" };
        thread.Start();
        try
        {
            return await _described.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            Abandon();
            throw;
        }
    }

    /// <summary>Lets the program build the application.</summary>
    public Task<DistributedApplication> BuildAsync(CancellationToken cancellationToken)
    {
        _mayBuild.TrySetResult(true);
        return _built.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Ends the program where it is halted.</summary>
    public void Abandon() => _mayBuild.TrySetResult(false);

    public void OnConstructing(DistributedApplicationOptions options, HostApplicationBuilderSettings settings)
    {
        options.AssemblyName = appHost.GetName().Name;
        options.Args = settings.Args = args;
        configure(options, settings);
    }

    public void OnBuilding(DistributedApplicationBuilder builder)
    {
        _described.TrySetResult(builder);
        if (!_mayBuild.Task.GetAwaiter().GetResult())
        {
            throw new OperationCanceledException("The test has disposed of the application builder.");
        }
    }

    public void OnBuilt(DistributedApplication application) => _built.TrySetResult(application);

    private void Invoke(MethodInfo entryPoint)
    {
        s_current.Value = this;
        try
        {
            var result = entryPoint.Invoke(null, entryPoint.GetParameters().Length == 0 ? null : [args]);
            (result as Task)?.GetAwaiter().GetResult();
            Fail(new InvalidOperationException($"The program of '{appHost.GetName().Name}' ended without building an application."));
        }
        catch (TargetInvocationException e)
        {
            Fail(e.InnerException!);
        }
    }

    private void Fail(Exception e)
    {
        _described.TrySetException(e);
        _built.TrySetException(e);
    }
}
