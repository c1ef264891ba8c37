using System.Globalization;
using System.Net;
using SidecarAspire.Hosting.Model;

namespace SidecarAspire.Hosting.Validation;

/// <summary>Refuses what Kubernetes would refuse, and what would lose requests, before anything is written.</summary>
internal static class SidecarKubernetesOptionsValidator
{
    private const string PathRule = "a path that begins with a slash";
    private const string QuantityRule = "a Kubernetes quantity above zero, such as 250m or 128Mi";
    private const string PortRule = "1 to 65535";
    private static readonly string[] s_ownLabels = ["app.kubernetes.io/name", "app.kubernetes.io/instance", "app.kubernetes.io/managed-by"];

    /// <summary>Looks at all options.</summary>
    /// <param name="app">The application's name.</param>
    /// <param name="options">The options.</param>
    /// <exception cref="Aspire.Hosting.DistributedApplicationException">Some cannot be used; one sentence each, all on one line.</exception>
    public static void Validate(string app, SidecarKubernetesOptions options)
    {
        var problems = new Problems(app);
        problems.Require(KubernetesName.IsService(app), $"The name '{app}' cannot be that of a Service; allowed is {KubernetesName.ServiceRule}.");
        Names(options, problems);
        Images(app, options, problems);
        Numbers(options, problems);
        Resources(nameof(options.AppResources), options.AppResources, options.Autoscaling.Enabled, problems);
        Resources(nameof(options.SidecarResources), options.SidecarResources, options.Autoscaling.Enabled, problems);
        Times(options, problems);
        Hooks(nameof(options.AppPreStop), options.AppPreStop, problems);
        Hooks(nameof(options.SidecarPreStop), options.SidecarPreStop, problems);
        Routes(options, problems);
        problems.ThrowIfAny();
    }

    private static void Names(SidecarKubernetesOptions options, Problems problems)
    {
        Require(options.Namespace, nameof(options.Namespace), KubernetesName.IsLabel, KubernetesName.LabelRule);
        Require(options.NetworkPolicy.ScrapeNamespace, "NetworkPolicy.ScrapeNamespace", KubernetesName.IsLabel, KubernetesName.LabelRule);
        Require(options.ServiceAccount, nameof(options.ServiceAccount), KubernetesName.IsSubdomain, KubernetesName.SubdomainRule);
        Require(options.SecretName, nameof(options.SecretName), KubernetesName.IsSubdomain, KubernetesName.SubdomainRule);
        Require(options.ChartVersion, nameof(options.ChartVersion), KubernetesName.IsVersion, "a semantic version such as 1.2.3");
        foreach (var secret in options.PullSecrets)
        {
            Require(secret, nameof(options.PullSecrets), KubernetesName.IsSubdomain, KubernetesName.SubdomainRule);
        }

        foreach (var (key, value) in options.Labels)
        {
            Require(key, nameof(options.Labels), key => KubernetesName.IsLabelKey(key) && !s_ownLabels.Contains(key), $"a label's name, [prefix/]name, other than {string.Join(", ", s_ownLabels)}");
            Require(value, $"Labels[{key}]", KubernetesName.IsLabelValue, "at most 63 letters, digits, hyphens, underscores and dots, a letter or digit first and last");
        }

        foreach (var name in options.AppEnvironment.Keys.Concat(options.SidecarEnvironment.Keys))
        {
            problems.Require(KubernetesName.IsVariable(name), "A variable's name", name, "letters, digits, underscores, hyphens and dots, no digit first");
        }

        void Require(string? value, string option, Func<string, bool> isFine, string rule) => problems.Require(value is null || isFine(value), option, value, rule);
    }

    private static void Images(string app, SidecarKubernetesOptions options, Problems problems)
    {
        Require(options.AppImage, nameof(options.AppImage), $"{app}:1.0.0");
        Require(options.SidecarImage, nameof(options.SidecarImage), "sidecar-proxy:1.0.0");

        void Require(string? image, string option, string example)
        {
            if (string.IsNullOrEmpty(image))
            {
                problems.Require(false, $"{option} of '{app}' is not set: give the name of the image, such as {example}.");
            }
            else
            {
                problems.Require(KubernetesName.IsImage(image), option, image, $"the name of an image, such as {example}");
            }
        }
    }

    private static void Numbers(SidecarKubernetesOptions options, Problems problems)
    {
        var scaling = options.Autoscaling;
        problems.Require(options.Replicas >= 1, nameof(options.Replicas), options.Replicas, "1 or more");
        if (scaling.Enabled)
        {
            var least = scaling.MinReplicas ?? options.Replicas;
            problems.Require(scaling.MinReplicas is null or >= 1, "Autoscaling.MinReplicas", least, "1 or more");
            problems.Require(scaling.MaxReplicas >= least, "Autoscaling.MaxReplicas", scaling.MaxReplicas, string.Create(CultureInfo.InvariantCulture, $"{least} or more, the least number of Pods"));
            problems.Require(options.Replicas >= least && options.Replicas <= Math.Max(least, scaling.MaxReplicas), nameof(options.Replicas), options.Replicas,
                string.Create(CultureInfo.InvariantCulture, $"{least} to {scaling.MaxReplicas}, which is what Autoscaling has"));
            problems.Require(scaling.CpuPercent >= 1, "Autoscaling.CpuPercent", scaling.CpuPercent, "1 or more");
        }

        problems.Require(options.ServicePort is >= 1 and <= 65535, nameof(options.ServicePort), options.ServicePort, PortRule);
        problems.Require(options.AppUser is >= 1 and <= int.MaxValue, nameof(options.AppUser), options.AppUser, "1 to 2147483647, because root is not let in");
        problems.Require(options.SidecarUser is >= 1 and <= int.MaxValue, nameof(options.SidecarUser), options.SidecarUser, "1 to 2147483647, because root is not let in");
        foreach (var network in options.NetworkPolicy.AdminNetworks)
        {
            problems.Require(IPNetwork.TryParse(network, out _), "NetworkPolicy.AdminNetworks", network, "a network such as 10.0.0.0/8");
        }
    }

    private static void Resources(string option, ContainerResources resources, bool isScaled, Problems problems)
    {
        Compare("Cpu", resources.CpuRequest, resources.CpuLimit);
        Compare("Memory", resources.MemoryRequest, resources.MemoryLimit);
        problems.Require(!isScaled || resources.CpuRequest is not null || resources.CpuLimit is not null, $"{option}.CpuRequest", null, "a quantity such as 100m, because Autoscaling measures against it");

        void Compare(string what, string? request, string? limit)
        {
            var least = Read($"{option}.{what}Request", request);
            var most = Read($"{option}.{what}Limit", limit);
            problems.Require(least is null || most is null || least <= most, $"{option}.{what}Request", request, $"at most {what}Limit, which is {limit}");
        }

        double? Read(string name, string? text)
        {
            var amount = text is null ? null : Quantity.Parse(text);
            problems.Require(text is null || amount is not null, name, text, QuantityRule);
            return amount;
        }
    }

    private static void Times(SidecarKubernetesOptions options, Problems problems)
    {
        // Four fifths are the requests' in the sidecar as well.
        const double RequestShare = 0.8;
        var termination = new Termination(options, options.Mode);
        problems.Require(options.DrainTimeout >= TimeSpan.FromSeconds(1) && IsWhole(options.DrainTimeout), nameof(options.DrainTimeout), options.DrainTimeout, "1 second or more, in whole seconds");
        problems.Require(options.DrainDelay >= TimeSpan.Zero && IsWhole(options.DrainDelay) && options.DrainDelay < options.DrainTimeout * RequestShare,
            nameof(options.DrainDelay), options.DrainDelay, "less than four fifths of DrainTimeout, in whole seconds");
        problems.Require(options.AppShutdownTimeout >= TimeSpan.Zero && IsWhole(options.AppShutdownTimeout), nameof(options.AppShutdownTimeout), options.AppShutdownTimeout, "0 or more, in whole seconds");
        problems.Require(termination.GracePeriod > termination.NeededGracePeriod && IsWhole(termination.GracePeriod), nameof(options.TerminationGracePeriod), termination.GracePeriod,
            $"more than {termination.NeededGracePeriod}, in whole seconds: DrainDelay, DrainTimeout, AppPreStop and AppShutdownTimeout");
    }

    private static void Hooks(string option, PreStop? hook, Problems problems)
    {
        if (hook?.Duration is { } duration)
        {
            problems.Require(duration >= TimeSpan.FromSeconds(1) && IsWhole(duration), option, duration, "a sleep of 1 second or more, in whole seconds");
        }

        problems.Require(hook?.Command is not { Count: 0 }, option, string.Empty, "a command with a program to run");
        problems.Require(hook?.Path is not { } path || path.StartsWith('/'), option, hook?.Path, PathRule);
        problems.Require(hook?.Port is null or (>= 1 and <= 65535), option, hook?.Port, PortRule);
    }

    private static void Routes(SidecarKubernetesOptions options, Problems problems)
    {
        problems.Require(options.SidecarProgram.StartsWith('/'), nameof(options.SidecarProgram), options.SidecarProgram, "an absolute path in the sidecar's image");
        problems.Require(options.AppReadinessPath?.StartsWith('/') != false, nameof(options.AppReadinessPath), options.AppReadinessPath, PathRule);
        problems.Require(options.AppLivenessPath?.StartsWith('/') != false, nameof(options.AppLivenessPath), options.AppLivenessPath, PathRule);
        problems.Require(options.OtlpEndpoint is null || (Uri.TryCreate(options.OtlpEndpoint, UriKind.Absolute, out var collector) && collector.Scheme is "http" or "https"),
            nameof(options.OtlpEndpoint), options.OtlpEndpoint, "an absolute http or https URL");
        problems.Require(options.Istio.Gateways.Count == 0 || options.Istio.Hosts.Count > 0, "Istio.Hosts", null, "one host or more, because Istio.Gateways is set");
        foreach (var host in options.Istio.Hosts)
        {
            problems.Require(host == "*" || KubernetesName.IsHost(host), "Istio.Hosts", host, "a host name, or * for all");
        }

        foreach (var gateway in options.Istio.Gateways)
        {
            problems.Require(gateway.Split('/') is { Length: <= 2 } parts && parts.All(KubernetesName.IsSubdomain), "Istio.Gateways", gateway, "[namespace/]name");
        }

        problems.Require(KubernetesName.IsSubdomain(options.GatewayApi.Name), "GatewayApi.Name", options.GatewayApi.Name, KubernetesName.SubdomainRule);
        problems.Require(options.GatewayApi.Namespace is null || KubernetesName.IsLabel(options.GatewayApi.Namespace), "GatewayApi.Namespace", options.GatewayApi.Namespace, KubernetesName.LabelRule);
        problems.Require(options.GatewayApi.SectionName is null || KubernetesName.IsSubdomain(options.GatewayApi.SectionName), "GatewayApi.SectionName", options.GatewayApi.SectionName, KubernetesName.SubdomainRule);
        foreach (var host in options.GatewayApi.Hostnames)
        {
            problems.Require(KubernetesName.IsHost(host), "GatewayApi.Hostnames", host, "a host name");
        }
    }

    private static bool IsWhole(TimeSpan duration) => duration.Ticks % TimeSpan.TicksPerSecond == 0;
}
