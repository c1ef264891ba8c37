namespace SidecarAspire.Hosting.Tests.Publishing;

/// <summary>One line that says what, where and what is allowed; and nothing is written.</summary>
public sealed class RefusalTests
{
    [Fact]
    public async Task A_missing_image()
    {
        using var publication = new Publication();

        (await publication.RefusalAsync(options => options.SidecarImage = null)).ShouldContain("SidecarImage of 'legacy-app' is not set: give the name of the image");
    }

    [Fact]
    public async Task Two_sidecars_of_one_app()
    {
        using var publication = new Publication();
        publication.App.WithSidecar(publication.AddSidecar("second"));

        (await publication.RefusalAsync()).ShouldContain("'sidecar' and 'second' are both sidecars of 'legacy-app' and would listen on one port");
    }

    [Fact]
    public async Task No_sidecar_at_all()
    {
        using var publication = new Publication();
        publication.AddEnvironment("k8s");

        (await Should.ThrowAsync<DistributedApplicationException>(publication.RunPipelineAsync)).Message.ShouldContain("There is no application with a sidecar");
    }

    [Fact]
    public async Task A_secret_without_a_source()
    {
        using var publication = new Publication("--Parameters:db-password=x");
        publication.App.WithEnvironment("DB_PASSWORD", publication.Builder.AddParameter("db-password", secret: true));

        (await publication.RefusalAsync()).ShouldContain("Variable DB_PASSWORD of 'legacy-app' needs the secret parameter 'db-password': set SecretName");
    }

    [Fact]
    public async Task A_secret_to_be_written_that_has_no_value()
    {
        using var publication = new Publication();
        publication.App.WithEnvironment("DB_PASSWORD", publication.Builder.AddParameter("db-password", secret: true));

        (await publication.RefusalAsync(options => options.WriteSecrets = true)).ShouldContain("db-password");
    }

    [Fact]
    public async Task An_app_that_cannot_be_the_name_of_a_Service()
    {
        using var publication = new Publication();
        publication.AddApp("Legacy").WithSidecar(publication.AddSidecar("second"));

        (await publication.RefusalAsync()).ShouldContain("The name 'Legacy' cannot be that of a Service; allowed is at most 63 lower-case letters");
    }

    [Fact]
    public async Task Two_endpoints_on_one_port_of_the_Pod()
    {
        using var publication = new Publication();

        (await publication.RefusalAsync(options => options.AppPort = 8080)).ShouldContain("would both listen on port 8080 of the Pod; set AppPort, SidecarPort or AdminPort");
    }

    [Fact]
    public async Task A_port_that_takes_privileges()
    {
        using var publication = new Publication();

        (await publication.RefusalAsync(options => options.SidecarPort = 80)).ShouldContain("Port 80 of endpoint 'http' of 'sidecar' cannot be had in a Pod without privileges; allowed is 1024 to 65535");
    }

    [Fact]
    public async Task An_endpoint_that_is_not_published()
    {
        using var publication = new Publication();
        publication.App.WithEnvironment("OTHER", publication.AddApp("other").GetEndpoint("http"));

        (await publication.RefusalAsync()).ShouldContain("Variable OTHER of 'legacy-app' needs the endpoint 'http' of 'other', which is not published here");
    }

    [Fact]
    public async Task A_sidecar_of_an_endpoint_the_app_does_not_have()
    {
        using var publication = new Publication();
        publication.AddApp("other").WithSidecar(publication.AddSidecar("second"), "grpc");

        (await publication.RefusalAsync()).ShouldContain("The sidecar of 'other' forwards to its endpoint 'grpc', which it does not have");
    }

    [Theory]
    [InlineData("--k8s:Repplicas=3", "k8s:Repplicas is no option; there are AdminPort, ")]
    [InlineData("--k8s:Autoscaling:Max=3", "k8s:Autoscaling:Max is no option; there are CpuPercent, Enabled, MaxReplicas, MinReplicas.")]
    [InlineData("--k8s:Mode=Both", "k8s:Mode is 'Both'; allowed is Native or Container.")]
    [InlineData("--k8s:Replicas=many", "many")]
    public async Task An_option_on_the_command_line_that_does_not_exist_or_cannot_be_read(string argument, string named)
    {
        using var publication = new Publication(argument);

        (await publication.RefusalAsync()).ShouldContain(named);
    }

    [Theory]
    [InlineData("--force=maybe", "--force is 'maybe'; write --force=true")]
    [InlineData("--dry-run=--force", "--dry-run is '--force'; write --dry-run=true")]
    public async Task A_flag_that_has_swallowed_something(string argument, string sentence)
    {
        using var publication = new Publication(argument);

        (await publication.RefusalAsync()).ShouldContain(sentence);
    }

    public static TheoryData<string, Action<SidecarKubernetesOptions>> BadOptions => new()
    {
        { "Namespace of 'legacy-app' is 'My_Space'", options => options.Namespace = "My_Space" },
        { "AppImage of 'legacy-app' is 'UPPER CASE'", options => options.AppImage = "UPPER CASE" },
        { "Replicas of 'legacy-app' is '0'", options => options.Replicas = 0 },
        { "Autoscaling.MaxReplicas of 'legacy-app' is '1'; allowed is 2 or more", options => options.Autoscaling.MaxReplicas = 1 },
        { "Replicas of 'legacy-app' is '2'; allowed is 3 to 10", options => options.Autoscaling.MinReplicas = 3 },
        { "Autoscaling.CpuPercent of 'legacy-app' is '0'", options => options.Autoscaling.CpuPercent = 0 },
        { "AppResources.CpuRequest of 'legacy-app' is '1 core'", options => options.AppResources.CpuRequest = "1 core" },
        { "SidecarResources.MemoryRequest of 'legacy-app' is '1Gi'; allowed is at most MemoryLimit, which is 256Mi", options => options.SidecarResources.MemoryRequest = "1Gi" },
        { "AppResources.CpuRequest of 'legacy-app' is ''; allowed is a quantity", options => options.AppResources.CpuRequest = null },
        { "ServicePort of 'legacy-app' is '0'", options => options.ServicePort = 0 },
        { "AppUser of 'legacy-app' is '0'; allowed is 1 to 2147483647, because root is not let in", options => options.AppUser = 0 },
        { "SidecarUser of 'legacy-app' is '0'", options => options.SidecarUser = 0 },
        { "SecretName of 'legacy-app' is 'My Secret'", options => options.SecretName = "My Secret" },
        { "ServiceAccount of 'legacy-app' is '-x'", options => options.ServiceAccount = "-x" },
        { "PullSecrets of 'legacy-app' is 'a_b'", options => options.PullSecrets.Add("a_b") },
        { "Labels of 'legacy-app' is 'app.kubernetes.io/name'", options => options.Labels["app.kubernetes.io/name"] = "x" },
        { "Labels[team] of 'legacy-app' is 'the team'", options => options.Labels["team"] = "the team" },
        { "A variable's name of 'legacy-app' is '1ST'", options => options.AppEnvironment["1ST"] = "x" },
        { "NetworkPolicy.AdminNetworks of 'legacy-app' is '10.0.0.0'", options => options.NetworkPolicy.AdminNetworks.Add("10.0.0.0") },
        { "NetworkPolicy.ScrapeNamespace of 'legacy-app' is '*'", options => options.NetworkPolicy.ScrapeNamespace = "*" },
        { "DrainDelay of 'legacy-app' is '00:00:20'; allowed is less than four fifths of DrainTimeout", options => options.DrainDelay = TimeSpan.FromSeconds(20) },
        { "DrainTimeout of 'legacy-app' is '00:00:00.5000000'", options => options.DrainTimeout = TimeSpan.FromMilliseconds(500) },
        { "AppShutdownTimeout of 'legacy-app' is '-00:00:01'", options => options.AppShutdownTimeout = TimeSpan.FromSeconds(-1) },
        { "TerminationGracePeriod of 'legacy-app' is '00:00:30'; allowed is more than 00:01:05", options => options.TerminationGracePeriod = TimeSpan.FromSeconds(30) },
        { "AppPreStop of 'legacy-app' is '00:00:00'", options => options.AppPreStop = PreStop.Sleep(TimeSpan.Zero) },
        { "AppPreStop of 'legacy-app' is ''; allowed is a command", options => options.AppPreStop = PreStop.Exec() },
        { "SidecarPreStop of 'legacy-app' is 'notice'; allowed is a path", options => options.SidecarPreStop = PreStop.HttpGet("notice", 80) },
        { "SidecarPreStop of 'legacy-app' is '0'; allowed is 1 to 65535", options => options.SidecarPreStop = PreStop.HttpGet("/notice", 0) },
        { "SidecarProgram of 'legacy-app' is 'Sidecar.Proxy'", options => options.SidecarProgram = "Sidecar.Proxy" },
        { "AppReadinessPath of 'legacy-app' is 'health'", options => options.AppReadinessPath = "health" },
        { "AppLivenessPath of 'legacy-app' is 'health'", options => options.AppLivenessPath = "health" },
        { "OtlpEndpoint of 'legacy-app' is 'collector:4317'", options => options.OtlpEndpoint = "collector:4317" },
        { "Istio.Hosts of 'legacy-app' is ''; allowed is one host or more, because Istio.Gateways is set", options => options.Istio.Gateways.Add("public") },
        { "Istio.Hosts of 'legacy-app' is 'a b'", options => options.Istio.Hosts.Add("a b") },
        { "GatewayApi.Name of 'legacy-app' is ''", options => options.GatewayApi.Name = "" },
        { "GatewayApi.Namespace of 'legacy-app' is 'A'", options => options.GatewayApi.Namespace = "A" },
        { "GatewayApi.SectionName of 'legacy-app' is 'A'", options => options.GatewayApi.SectionName = "A" },
        { "GatewayApi.Hostnames of 'legacy-app' is 'https://x'", options => options.GatewayApi.Hostnames.Add("https://x") },
        { "ChartVersion of 'legacy-app' is '1.0'", options => options.ChartVersion = "1.0" },
    };

    [Theory]
    [MemberData(nameof(BadOptions))]
    public async Task An_option_that_cannot_be_used(string sentence, Action<SidecarKubernetesOptions> configure)
    {
        using var publication = new Publication();

        (await publication.RefusalAsync(configure)).ShouldContain(sentence);
    }

    [Fact]
    public async Task Everything_that_is_wrong_is_told_at_once()
    {
        using var publication = new Publication();

        var line = await publication.RefusalAsync(options =>
        {
            options.ServicePort = 0;
            options.ChartVersion = "one";
        });

        line.ShouldContain("ServicePort");
        line.ShouldContain("ChartVersion");
    }
}
