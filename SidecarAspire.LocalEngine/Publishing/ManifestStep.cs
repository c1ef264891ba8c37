using System.Text;
using System.Text.Json;
using Aspire.Hosting.Pipelines;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Aspire.Hosting.Publishing;

/// <summary>Writes the Aspire manifest, which azd and aspirate read: the step <c>publish-manifest</c>.</summary>
internal static class ManifestStep
{
    public const string Name = "publish-manifest";
    private const string FileName = "aspire-manifest.json";
    private const string Extension = ".json";

    // The same application is the same bytes, whatever the machine.
    private static readonly JsonWriterOptions s_format = new() { Indented = true, NewLine = "\n" };

    public static async Task WriteAsync(PipelineStepContext context)
    {
        var path = ManifestPath(context.Services.GetRequiredService<IOptions<PipelineOptions>>().Value.OutputPath);
        using var manifest = new MemoryStream();
        using var writer = new Utf8JsonWriter(manifest, s_format);
        var publishing = new ManifestPublishingContext(context.ExecutionContext, path, writer, context.CancellationToken);
        await publishing.WriteModelAsync(context.Model).ConfigureAwait(false);

        foreach (var warning in publishing.Warnings)
        {
            context.ReportingStep.Log(LogLevel.Warning, warning);
        }

        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        foreach (var (dockerfile, text) in publishing.Dockerfiles)
        {
            await ReplaceAsync(dockerfile, Encoding.UTF8.GetBytes(text), context.CancellationToken).ConfigureAwait(false);
            context.ReportingStep.Log(LogLevel.Information, $"wrote {dockerfile}");
        }

        // Last, so that whoever sees it finds what it names.
        await ReplaceAsync(path, manifest.ToArray(), context.CancellationToken).ConfigureAwait(false);
        await context.ReportingStep.SucceedAsync($"wrote {path}", context.CancellationToken).ConfigureAwait(false);
    }

    // azd names a file, Aspire's command line a folder.
    private static string ManifestPath(string? outputPath)
    {
        if (string.IsNullOrEmpty(outputPath))
        {
            throw new DistributedApplicationException($"--output-path is missing: say the folder for {FileName}, or a file that ends in {Extension}.");
        }

        var path = Path.GetFullPath(outputPath);
        if (!path.EndsWith(Extension, StringComparison.Ordinal))
        {
            path = Path.Combine(path, FileName);
        }

        return Directory.Exists(path)
            ? throw new DistributedApplicationException($"--output-path is '{outputPath}': '{path}' is a folder; the manifest is a file.")
            : path;
    }

    private static async Task ReplaceAsync(string path, byte[] content, CancellationToken cancellationToken)
    {
        var temporary = $"{path}.{Path.GetRandomFileName()}";
        try
        {
            await File.WriteAllBytesAsync(temporary, content, cancellationToken).ConfigureAwait(false);
            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }
}
