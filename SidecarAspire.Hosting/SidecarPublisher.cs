using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Pipelines;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using SidecarAspire.Hosting.Model;
using SidecarAspire.Hosting.Output;
using SidecarAspire.Hosting.Reporting;
using SidecarAspire.Hosting.Validation;

namespace SidecarAspire.Hosting;

/// <summary>The step that writes an environment's files.</summary>
/// <param name="environment">The environment.</param>
/// <param name="configure">The options of each application.</param>
internal sealed class SidecarPublisher(SidecarKubernetesResource environment, Action<SidecarKubernetesOptions> configure)
{
    /// <summary>Publishes all applications that have a sidecar.</summary>
    /// <exception cref="DistributedApplicationException">Something is wrong that whoever publishes can put right.</exception>
    public async Task PublishAsync(PipelineStepContext context)
    {
        try
        {
            await PublishAsync(context, new StepOutput(context.ReportingStep)).ConfigureAwait(false);
        }
        catch (DistributedApplicationException e)
        {
            StepOutput.Fail(e.Message);
            context.Services.GetRequiredService<ExplainedEnd>().IsExplained = true;
            throw;
        }
    }

    private async Task PublishAsync(PipelineStepContext context, StepOutput output)
    {
        var configuration = context.Services.GetRequiredService<IConfiguration>();
        var flags = PublishFlags.From(configuration);
        var pairs = SidecarPair.Of(context.Model);
        var options = pairs.ToDictionary(pair => pair.App.Name, pair => Options(pair, configuration));
        var services = pairs
            .SelectMany(pair => new[] { pair.App.Name, pair.Sidecar.Name }.Select(name => (name, Address: new ServiceAddress(pair.App.Name, options[pair.App.Name].ServicePort))))
            .ToDictionary(service => service.name, service => service.Address);
        var reader = new SidecarAppReader(context, services);
        var files = new OutputFiles();
        foreach (var pair in pairs)
        {
            var app = await reader.ReadAsync(pair, options[pair.App.Name]).ConfigureAwait(false);
            if (app.Termination.AppPreStop == PreStop.None)
            {
                output.Warn($"'{app.Name}' gets SIGTERM while its sidecar still has requests for it: unless it serves on while the sidecar drains, requests are lost; set AppPreStop.");
            }

            AppFiles.AddTo(files, app, pairs.Count == 1 ? string.Empty : $"{app.Name}/");
        }

        var folder = Folder(context);
        if (flags.DryRun)
        {
            DryRun.Show(files, output);
            return;
        }

        new OutputFolder(folder).Write(files, flags.Force);
        output.Write($"{files.Texts.Count} files in {folder}");
    }

    private SidecarKubernetesOptions Options(SidecarPair pair, IConfiguration configuration)
    {
        var options = new SidecarKubernetesOptions(pair.App, pair.Sidecar);
        configure(options);
        OptionOverrides.Apply(configuration.GetSection(environment.Name), options);
        SidecarKubernetesOptionsValidator.Validate(pair.App.Name, options);
        return options;
    }

    // As Aspire has it: a folder for each environment when there are several.
    private string Folder(PipelineStepContext context)
    {
        var output = context.Services.GetRequiredService<IPipelineOutputService>();
        return context.Model.Resources.OfType<SidecarKubernetesResource>().Count() == 1 ? output.GetOutputDirectory() : output.GetOutputDirectory(environment);
    }
}
