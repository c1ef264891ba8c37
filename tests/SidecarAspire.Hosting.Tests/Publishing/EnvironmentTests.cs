namespace SidecarAspire.Hosting.Tests.Publishing;

public sealed class EnvironmentTests
{
    [Fact]
    public async Task Endpoints_of_the_same_Pod_are_on_loopback_at_the_ports_they_have_there()
    {
        using var publication = new Publication();
        publication.App.WithHttpEndpoint(name: "metrics", targetPort: 3100).WithHttpEndpoint(name: "extra", env: "EXTRA_PORT");
        var metrics = publication.App.GetEndpoint("metrics");
        publication.Sidecar
            .WithEnvironment("METRICS", ReferenceExpression.Create($"{metrics.Property(EndpointProperty.Scheme)}://{metrics.Property(EndpointProperty.Host)}:{metrics.Property(EndpointProperty.Port)}/m"))
            .WithEnvironment("AT", ReferenceExpression.Create($"{metrics.Property(EndpointProperty.HostAndPort)}"));

        await publication.RunAsync();

        var objects = PublishedObjects.Of(publication);
        objects.Variable("sidecar", "METRICS").ShouldBe("http://localhost:3100/m");
        objects.Variable("sidecar", "AT").ShouldBe("localhost:3100");
        objects.Variable("app", "PORT").ShouldBe("3000");
        objects.Variable("app", "EXTRA_PORT").ShouldBe("3001");
    }

    [Fact]
    public async Task An_endpoint_that_says_where_it_listens_listens_there()
    {
        using var publication = new Publication();
        publication.App.WithEndpoint("http", endpoint => endpoint.TargetPort = 5000);

        await publication.RunAsync();

        var objects = PublishedObjects.Of(publication);
        objects.Variable("app", "PORT").ShouldBe("5000");
        objects.Variable("sidecar", "TARGET").ShouldBe("http://localhost:5000");
    }

    [Fact]
    public async Task A_parameter_is_its_value()
    {
        using var publication = new Publication("--Parameters:region=eu-1");
        publication.App.WithEnvironment("REGION", publication.Builder.AddParameter("region"));

        await publication.RunAsync();

        PublishedObjects.Of(publication).Variable("app", "REGION").ShouldBe("eu-1");
    }

    [Fact]
    public async Task A_secret_is_a_reference_to_the_users_Secret_and_in_no_file()
    {
        using var publication = new Publication("--Parameters:db-password=s3cret");
        var password = publication.Builder.AddParameter("db-password", secret: true);
        publication.App.WithEnvironment("DB_PASSWORD", password).WithEnvironment("DB_URL", $"postgres://app:{password}@db/legacy");

        await publication.RunAsync(options => options.SecretName = "legacy-secrets");

        var objects = PublishedObjects.Of(publication);
        var source = objects.Source("app", "DB_PASSWORD")!["secretKeyRef"]!;
        source["name"]!.GetValue<string>().ShouldBe("legacy-secrets");
        source["key"]!.GetValue<string>().ShouldBe("db-password");
        objects.Variable("app", "DB_URL").ShouldBe("postgres://app:$(SECRET_DB_PASSWORD)@db/legacy");
        publication.Files.Values.ShouldAllBe(text => !text.Contains("s3cret"));
        objects.Has("Secret").ShouldBeFalse();
    }

    [Fact]
    public async Task A_secret_that_others_refer_to_comes_before_them()
    {
        using var publication = new Publication();
        publication.App.WithEnvironment("A_URL", $"postgres://app:{publication.Builder.AddParameter("db-password", "s3cret", secret: true)}@db");

        await publication.RunAsync(options => options.SecretName = "legacy-secrets");

        var names = PublishedObjects.Items(PublishedObjects.Of(publication).Container("app")["env"]).Select(variable => variable["name"]!.GetValue<string>()).ToList();
        names.IndexOf("SECRET_DB_PASSWORD").ShouldBeLessThan(names.IndexOf("A_URL"), "Kubernetes resolves $(NAME) from the variables above");
    }

    [Fact]
    public async Task A_secret_nobody_has_a_value_for_is_still_a_reference()
    {
        using var publication = new Publication();
        publication.App.WithEnvironment("DB_PASSWORD", publication.Builder.AddParameter("db-password", secret: true));
        publication.App.WithSidecar(publication.Sidecar);
        publication.AddEnvironment("k8s", options => options.SecretName = "legacy-secrets");

        await publication.RunPipelineAsync();

        PublishedObjects.Of(publication).Source("app", "DB_PASSWORD").ShouldNotBeNull();
    }

    [Fact]
    public async Task A_Secret_is_written_when_it_is_asked_for()
    {
        using var publication = new Publication("--Parameters:db-password=s3cret");
        publication.App.WithEnvironment("DB_PASSWORD", publication.Builder.AddParameter("db-password", secret: true));

        await publication.RunAsync(options => options.WriteSecrets = true);

        var objects = PublishedObjects.Of(publication);
        objects["Secret"]["stringData"]!["db-password"]!.GetValue<string>().ShouldBe("s3cret");
        objects.Source("app", "DB_PASSWORD")!["secretKeyRef"]!["name"]!.GetValue<string>().ShouldBe(objects["Secret"]["metadata"]!["name"]!.GetValue<string>());
    }

    [Fact]
    public async Task What_looks_like_a_reference_stays_text()
    {
        using var publication = new Publication();
        publication.App.WithEnvironment("PRICE", "5$(US)");

        await publication.RunAsync();

        PublishedObjects.Of(publication).Variable("app", "PRICE").ShouldBe("5$$(US)");
    }

    [Fact]
    public async Task The_options_variables_win_over_the_models()
    {
        using var publication = new Publication();
        publication.App.WithEnvironment("NODE_ENV", "development");

        await publication.RunAsync(options =>
        {
            options.AppEnvironment["NODE_ENV"] = "production";
            options.SidecarEnvironment["Sidecar__Tracing__Enabled"] = "false";
        });

        var objects = PublishedObjects.Of(publication);
        objects.Variable("app", "NODE_ENV").ShouldBe("production");
        objects.Variable("sidecar", "Sidecar__Tracing__Enabled").ShouldBe("false");
    }

    [Fact]
    public async Task A_collector_learns_which_Pod_the_telemetry_is_from()
    {
        using var publication = await new Publication().RunAsync(options => options.OtlpEndpoint = "http://otel-collector:4317");
        var objects = PublishedObjects.Of(publication);

        objects.Variable("sidecar", "OTEL_EXPORTER_OTLP_ENDPOINT").ShouldBe("http://otel-collector:4317");
        objects.Variable("sidecar", "OTEL_RESOURCE_ATTRIBUTES").ShouldNotBeNull().ShouldContain("k8s.pod.name=$(POD_NAME)");
        objects.Source("sidecar", "POD_NAME")!["fieldRef"]!["fieldPath"]!.GetValue<string>().ShouldBe("metadata.name");
        objects.Variable("app", "OTEL_EXPORTER_OTLP_ENDPOINT").ShouldBeNull("the app knows nothing of telemetry");
    }
}
