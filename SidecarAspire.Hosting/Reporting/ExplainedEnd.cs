using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace SidecarAspire.Hosting.Reporting;

/// <summary>Once a line of ours says why the app host ends, keeps the stacks with which the host and Aspire say it again off the console.</summary>
internal sealed class ExplainedEnd : IConfigureOptions<LoggerFilterOptions>
{
    private static readonly string[] s_categories = ["Microsoft.Extensions.Hosting.Internal.Host", "Aspire.Hosting.Publishing.PipelineExecutor"];

    /// <summary>Whether a line has said it.</summary>
    public bool IsExplained { get; set; }

    /// <summary>Knows of Ctrl+C, which explains itself, while the app host starts.</summary>
    public IHostApplicationLifetime? Lifetime { get; set; }

    private bool IsStartStopped => Lifetime is { ApplicationStarted.IsCancellationRequested: false, ApplicationStopping.IsCancellationRequested: true };

    /// <summary>Adds it to an app host, once.</summary>
    public static void AddTo(IServiceCollection services)
    {
        services.TryAddSingleton<ExplainedEnd>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigureOptions<LoggerFilterOptions>, ExplainedEnd>(provider => provider.GetRequiredService<ExplainedEnd>()));
    }

    /// <inheritdoc />
    public void Configure(LoggerFilterOptions options)
    {
        foreach (var category in s_categories)
        {
            options.AddFilter<ConsoleLoggerProvider>(category, level => level >= LogLevel.Information && (level < LogLevel.Error || !(IsExplained || IsStartStopped)));
        }
    }
}
