using SidecarAspire.Hosting.Model;

namespace SidecarAspire.Hosting.Kubernetes;

/// <summary>The two containers of the Pod.</summary>
internal static class PodContainers
{
    public const string ConfigurationVolume = "configuration";
    public const string ConfigurationFolder = "/etc/sidecar";
    public const string AppScratchVolume = "app-tmp";
    public const string SidecarScratchVolume = "sidecar-tmp";
    public const string HttpPort = "http";
    public const string AdminPort = "admin";

    private const string ScratchFolder = "/tmp";

    /// <summary>
    /// The sidecar. Whether it has started and whether it lives is its own matter alone: it starts before the application, and would
    /// otherwise wait for it for ever. Whether it is ready is the application's matter too.
    /// </summary>
    public static Container Sidecar(SidecarApp app)
    {
        var options = app.Options;
        return new()
        {
            Name = Container.SidecarName,
            Image = options.SidecarImage!,
            ImagePullPolicy = options.PullPolicy,
            RestartPolicy = app.Mode == SidecarMode.Native ? "Always" : null,
            Ports = [new(HttpPort, app.Endpoints.Traffic), new(AdminPort, app.Endpoints.Admin)],
            Env = app.SidecarEnvironment,
            Resources = Container.Requirements.Of(options.SidecarResources),
            StartupProbe = new(new("/livez", app.Endpoints.Admin), PeriodSeconds: 1, FailureThreshold: 60),
            ReadinessProbe = new(new("/readyz", app.Endpoints.Admin), PeriodSeconds: 2, FailureThreshold: 2),
            LivenessProbe = new(new("/livez", app.Endpoints.Admin), PeriodSeconds: 10, FailureThreshold: 3),
            Lifecycle = Lifecycle.Of(app.Termination.SidecarPreStop),
            SecurityContext = new(options.SidecarUser, options.SidecarUser),
            VolumeMounts = [new(ConfigurationVolume, ConfigurationFolder, ReadOnly: true), new(SidecarScratchVolume, ScratchFolder)],
        };
    }

    /// <summary>The application. The kubelet cannot reach its port, which is on loopback; the sidecar asks it on the kubelet's behalf.</summary>
    public static Container App(SidecarApp app)
    {
        var options = app.Options;
        var isReady = new HttpGetAction("/readyz", app.Endpoints.Admin);
        return new()
        {
            Name = Container.AppName,
            Image = options.AppImage!,
            ImagePullPolicy = options.PullPolicy,
            Env = app.AppEnvironment,
            Resources = Container.Requirements.Of(options.AppResources),
            // It would be restarted while it starts if nothing else held the liveness probe back.
            StartupProbe = options.AppLivenessPath is null ? null : new(isReady, PeriodSeconds: 2, FailureThreshold: 60),
            ReadinessProbe = new(isReady, PeriodSeconds: 5, FailureThreshold: 2),
            LivenessProbe = options.AppLivenessPath is { } path ? new(new(path, app.Endpoints.Traffic), PeriodSeconds: 10, FailureThreshold: 6, TimeoutSeconds: 5) : null,
            Lifecycle = Lifecycle.Of(app.Termination.AppPreStop),
            SecurityContext = new(options.AppUser, options.AppUser),
            VolumeMounts = [new(AppScratchVolume, ScratchFolder)],
        };
    }
}
