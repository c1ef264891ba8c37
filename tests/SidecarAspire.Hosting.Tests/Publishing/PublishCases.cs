using System.Text.Json.Nodes;

namespace SidecarAspire.Hosting.Tests.Publishing;

/// <summary>The cases whose files are kept as snapshots and checked against the schemas.</summary>
public static class PublishCases
{
    private static readonly Dictionary<string, Action<SidecarKubernetesOptions>> s_options = new()
    {
        ["native"] = _ => { },
        ["container"] = options => options.Mode = SidecarMode.Container,
        ["bare"] = Bare,
        ["everything"] = Everything,
    };

    /// <summary>Their names.</summary>
    public static TheoryData<string> Names => new(s_options.Keys);

    /// <summary>Publishes one.</summary>
    internal static async Task<Publication> PublishAsync(string name)
    {
        var publication = new Publication();
        if (name is "bare" or "everything")
        {
            var password = publication.Builder.AddParameter("db-password", "s3cret", secret: true);
            var user = publication.Builder.AddParameter("db-user", "app");
            publication.App
                .WithEnvironment("DB_PASSWORD", password)
                .WithEnvironment("DB_URL", $"postgres://{user}:{password}@db:5432/legacy");
        }

        try
        {
            return await publication.RunAsync(s_options[name]);
        }
        catch
        {
            publication.Dispose();
            throw;
        }
    }

    // All that can be left out is left out, and what is asked for only here is written.
    private static void Bare(SidecarKubernetesOptions options)
    {
        options.Mode = SidecarMode.Container;
        options.Replicas = 1;
        options.Autoscaling.Enabled = false;
        options.DisruptionBudget = false;
        options.NetworkPolicy.Enabled = false;
        options.TopologySpread = false;
        options.PrometheusAnnotations = false;
        options.ServiceType = KubernetesServiceType.ClusterIP;
        options.AppPreStop = PreStop.None;
        options.WriteSecrets = true;
        options.AppResources.MemoryLimit = null;
        options.SidecarResources.MemoryLimit = null;
    }

    private static void Everything(SidecarKubernetesOptions options)
    {
        options.Namespace = "legacy";
        options.Replicas = 3;
        options.Autoscaling.MinReplicas = 2;
        options.Autoscaling.MaxReplicas = 20;
        options.Autoscaling.CpuPercent = 60;
        options.NetworkPolicy.ScrapeNamespace = "observability";
        options.NetworkPolicy.AdminNetworks.Add("10.0.0.0/8");
        options.ServiceType = KubernetesServiceType.NodePort;
        options.ServicePort = 8000;
        options.PullPolicy = ImagePullPolicy.Always;
        options.PullSecrets.Add("registry-credentials");
        options.AppPort = 4000;
        options.SidecarPort = 4080;
        options.AdminPort = 4901;
        options.AppResources.CpuLimit = "1";
        options.SidecarResources.CpuRequest = "0.1";
        options.AppUser = 2000;
        options.SidecarUser = 3000;
        options.AppEnvironment["GREETING"] = "hello: 'you'";
        options.SidecarEnvironment["OTEL_METRIC_EXPORT_INTERVAL"] = "5000";
        options.Configuration["Upstream"] = new JsonObject { ["ConnectTimeout"] = "3s" };
        options.AppReadinessPath = "/health";
        options.AppLivenessPath = "/health";
        options.SecretName = "legacy-secrets";
        options.OtlpEndpoint = "http://otel-collector.observability:4317";
        options.Labels["team"] = "payments";
        options.ServiceAccount = "legacy";
        options.DrainDelay = TimeSpan.FromSeconds(10);
        options.DrainTimeout = TimeSpan.FromSeconds(40);
        options.AppPreStop = PreStop.Sleep(TimeSpan.FromSeconds(45));
        options.SidecarPreStop = PreStop.HttpGet("/notice", 4901);
        options.TerminationGracePeriod = TimeSpan.FromMinutes(3);
        options.Istio.Hosts.Add("legacy.example.com");
        options.Istio.Gateways.Add("istio-ingress/public");
        options.GatewayApi.Name = "public";
        options.GatewayApi.Namespace = "gateways";
        options.GatewayApi.SectionName = "https";
        options.GatewayApi.Hostnames.Add("legacy.example.com");
        options.ChartVersion = "1.2.3";
        options.Customize = tree =>
        {
            if (tree["kind"]!.GetValue<string>() == "Deployment")
            {
                tree["spec"]!["revisionHistoryLimit"] = 3;
            }
        };
    }
}
