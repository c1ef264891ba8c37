using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Pipelines;
using Aspire.Hosting.Publishing;
using SidecarAspire.Hosting;
using SidecarAspire.Hosting.Reporting;

namespace Aspire.Hosting;

/// <summary>Publishes applications and their sidecars to Kubernetes.</summary>
public static class SidecarKubernetesBuilderExtensions
{
    /// <summary>
    /// Publishes every application that has a sidecar, both in one Pod, as plain manifests, as components for Istio and the Gateway API and
    /// as a Helm chart: <c>builder.AddSidecarKubernetes("k8s", options => { options.AppImage = …; options.SidecarImage = …; })</c>.
    /// The step is <c>publish-name</c>, and <c>publish</c> includes it. When the application is run it does nothing.
    /// </summary>
    /// <param name="builder">The application.</param>
    /// <param name="name">The environment's name; also the section of the configuration that may set options: <c>--k8s:Mode=Container</c>.</param>
    /// <param name="configure">Sets the options of each application, <see cref="SidecarKubernetesOptions.App"/>.</param>
    /// <returns>The environment.</returns>
    public static IResourceBuilder<SidecarKubernetesResource> AddSidecarKubernetes(this IDistributedApplicationBuilder builder, string name, Action<SidecarKubernetesOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        var environment = new SidecarKubernetesResource(name);
        if (builder.ExecutionContext.IsRunMode)
        {
            return builder.CreateResourceBuilder(environment);
        }

        ExplainedEnd.AddTo(builder.Services);
        // Aspire ends with 0 also when a step has failed.
        builder.Eventing.Subscribe<BeforePublishEvent>((_, _) => ExitWith(1));
        builder.Eventing.Subscribe<AfterPublishEvent>((_, _) => ExitWith(0));
        var publisher = new SidecarPublisher(environment, configure);
        return builder.AddResource(environment).ExcludeFromManifest().WithAnnotation(new PipelineStepAnnotation(_ => new PipelineStep
        {
            Name = $"publish-{name}",
            Description = "Writes the application and its sidecar as one Pod.",
            Action = publisher.PublishAsync,
            RequiredBySteps = [WellKnownPipelineSteps.Publish],
        }));
    }

    private static Task ExitWith(int code)
    {
        Environment.ExitCode = code;
        return Task.CompletedTask;
    }
}
