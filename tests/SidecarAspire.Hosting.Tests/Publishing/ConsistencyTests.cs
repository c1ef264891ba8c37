using System.Globalization;
using System.Text.Json.Nodes;

namespace SidecarAspire.Hosting.Tests.Publishing;

/// <summary>What no schema knows: that the objects fit each other.</summary>
public sealed class ConsistencyTests
{
    [Theory]
    [MemberData(nameof(PublishCases.Names), MemberType = typeof(PublishCases))]
    public async Task Every_selector_picks_the_Pods(string name)
    {
        using var publication = await PublishCases.PublishAsync(name);
        var objects = PublishedObjects.Of(publication);
        var labels = objects.PodMetadata["labels"]!.AsObject();
        JsonNode?[] selectors =
        [
            objects["Deployment"]["spec"]!["selector"]!["matchLabels"],
            objects["Service"]["spec"]!["selector"],
            .. objects.Has("PodDisruptionBudget") ? [objects["PodDisruptionBudget"]["spec"]!["selector"]!["matchLabels"]] : Array.Empty<JsonNode?>(),
            .. objects.Has("NetworkPolicy") ? [objects["NetworkPolicy"]["spec"]!["podSelector"]!["matchLabels"]] : Array.Empty<JsonNode?>(),
            .. PublishedObjects.Items(objects.Pod["topologySpreadConstraints"]).Select(spread => spread["labelSelector"]!["matchLabels"]),
        ];

        foreach (var selector in selectors)
        {
            selector.ShouldNotBeNull().AsObject().Count.ShouldBeGreaterThan(0);
            foreach (var (key, value) in selector.AsObject())
            {
                labels[key]?.GetValue<string>().ShouldBe(value!.GetValue<string>());
            }
        }
    }

    [Theory]
    [MemberData(nameof(PublishCases.Names), MemberType = typeof(PublishCases))]
    public async Task The_Service_leads_to_the_sidecar_and_nothing_leads_to_the_app(string name)
    {
        using var publication = await PublishCases.PublishAsync(name);
        var objects = PublishedObjects.Of(publication);
        var appPort = int.Parse(objects.Variable("app", "PORT")!, CultureInfo.InvariantCulture);
        var ports = PublishedObjects.Items(objects.Container("sidecar")["ports"]).ToDictionary(port => port["name"]!.GetValue<string>(), port => port["containerPort"]!.GetValue<long>());

        var service = PublishedObjects.Items(objects["Service"]["spec"]!["ports"]).ShouldHaveSingleItem();
        ports[service["targetPort"]!.GetValue<string>()].ShouldBe(long.Parse(objects.Variable("sidecar", "PORT")!, CultureInfo.InvariantCulture));
        ports["admin"].ShouldBe(long.Parse(objects.Variable("sidecar", "ADMIN_PORT")!, CultureInfo.InvariantCulture));
        ports.Values.ShouldNotContain(appPort);
        objects.Container("app")["ports"].ShouldBeNull();
        if (objects.Has("NetworkPolicy"))
        {
            var open = PublishedObjects.Items(objects["NetworkPolicy"]["spec"]!["ingress"]).SelectMany(rule => PublishedObjects.Items(rule["ports"])).Select(port => port["port"]!.GetValue<long>());
            open.ShouldBe(ports.Values, ignoreOrder: true);
        }
    }

    [Theory]
    [MemberData(nameof(PublishCases.Names), MemberType = typeof(PublishCases))]
    public async Task The_sidecar_forwards_to_the_app_on_loopback_where_the_app_listens(string name)
    {
        using var publication = await PublishCases.PublishAsync(name);
        var objects = PublishedObjects.Of(publication);

        objects.Variable("sidecar", "TARGET").ShouldBe($"http://localhost:{objects.Variable("app", "PORT")}");
        objects.Variable("app", "HOST").ShouldBe("localhost");
    }

    [Theory]
    [MemberData(nameof(PublishCases.Names), MemberType = typeof(PublishCases))]
    public async Task Every_mounted_volume_exists_and_every_volume_is_mounted(string name)
    {
        using var publication = await PublishCases.PublishAsync(name);
        var objects = PublishedObjects.Of(publication);

        var volumes = PublishedObjects.Items(objects.Pod["volumes"]).ToArray();
        var mounted = objects.Containers.SelectMany(container => PublishedObjects.Items(container["volumeMounts"])).Select(mount => mount["name"]!.GetValue<string>());
        mounted.Distinct().ShouldBe(volumes.Select(volume => volume["name"]!.GetValue<string>()), ignoreOrder: true);
        var configuration = volumes.Single(volume => volume["configMap"] is not null)["configMap"]!["name"]!.GetValue<string>();
        var map = objects["ConfigMap"];
        map["metadata"]!["name"]!.GetValue<string>().ShouldBe(configuration);
        var mount = PublishedObjects.Items(objects.Container("sidecar")["volumeMounts"]).Single(mount => mount["name"]!.GetValue<string>() == "configuration");
        mount["subPath"].ShouldBeNull("a file mounted by subPath never changes");
        objects.Variable("sidecar", "SIDECAR_CONFIG").ShouldBe($"{mount["mountPath"]}/{map["data"]!.AsObject().Single().Key}");
    }

    [Theory]
    [MemberData(nameof(PublishCases.Names), MemberType = typeof(PublishCases))]
    public async Task Every_probe_asks_the_sidecar(string name)
    {
        using var publication = await PublishCases.PublishAsync(name);
        var objects = PublishedObjects.Of(publication);
        var sidecarPorts = PublishedObjects.Items(objects.Container("sidecar")["ports"]).Select(port => port["containerPort"]!.GetValue<long>()).ToArray();

        foreach (var container in objects.Containers)
        {
            var probes = container.Where(field => field.Key.EndsWith("Probe", StringComparison.Ordinal)).ToArray();
            probes.ShouldNotBeEmpty();
            foreach (var (_, probe) in probes)
            {
                sidecarPorts.ShouldContain(probe!["httpGet"]!["port"]!.GetValue<long>());
            }
        }
    }

    [Theory]
    [MemberData(nameof(PublishCases.Names), MemberType = typeof(PublishCases))]
    public async Task Whether_the_sidecar_has_started_or_lives_never_hangs_on_the_app(string name)
    {
        using var publication = await PublishCases.PublishAsync(name);
        var objects = PublishedObjects.Of(publication);
        var sidecar = objects.Container("sidecar");

        sidecar["startupProbe"]!["httpGet"]!["path"]!.GetValue<string>().ShouldBe("/livez");
        sidecar["livenessProbe"]!["httpGet"]!["path"]!.GetValue<string>().ShouldBe("/livez");
        sidecar["readinessProbe"]!["httpGet"]!["path"]!.GetValue<string>().ShouldBe("/readyz");
        var app = objects.Container("app");
        app["readinessProbe"]!["httpGet"]!["path"]!.GetValue<string>().ShouldBe("/readyz");
        app["livenessProbe"]?["httpGet"]!["path"]!.GetValue<string>().ShouldBe("/health", "the sidecar's own life says nothing of the app's");
    }

    [Theory]
    [MemberData(nameof(PublishCases.Names), MemberType = typeof(PublishCases))]
    public async Task The_grace_period_is_longer_than_all_that_happens_in_it(string name)
    {
        using var publication = await PublishCases.PublishAsync(name);
        var objects = PublishedObjects.Of(publication);
        var lifecycle = JsonNode.Parse(objects["ConfigMap"]["data"]!["sidecar.json"]!.GetValue<string>())!["Sidecar"]!["Lifecycle"]!;
        var drain = Seconds(lifecycle["DrainDelay"]) + Seconds(lifecycle["DrainTimeout"]);
        var sleep = objects.Container("app")["lifecycle"]?["preStop"]!["sleep"]?["seconds"]!.GetValue<long>() ?? 0;

        objects.Pod["terminationGracePeriodSeconds"]!.GetValue<long>().ShouldBeGreaterThan(drain + sleep);
        if (sleep > 0)
        {
            sleep.ShouldBeGreaterThanOrEqualTo(Seconds(lifecycle["DrainTimeout"]), "the app outlives the drain");
        }

        static long Seconds(JsonNode? duration) => long.Parse(duration!.GetValue<string>().TrimEnd('s'), CultureInfo.InvariantCulture);
    }

    [Theory]
    [MemberData(nameof(PublishCases.Names), MemberType = typeof(PublishCases))]
    public async Task Both_containers_keep_to_the_restricted_Pod_Security_Standard(string name)
    {
        using var publication = await PublishCases.PublishAsync(name);
        var objects = PublishedObjects.Of(publication);

        objects.Pod["securityContext"]!["runAsNonRoot"]!.GetValue<bool>().ShouldBeTrue();
        objects.Pod["securityContext"]!["seccompProfile"]!["type"]!.GetValue<string>().ShouldBe("RuntimeDefault");
        objects.Pod["automountServiceAccountToken"]!.GetValue<bool>().ShouldBeFalse();
        foreach (var container in objects.Containers)
        {
            var security = container["securityContext"]!;
            security["runAsUser"]!.GetValue<long>().ShouldBeGreaterThan(0);
            security["allowPrivilegeEscalation"]!.GetValue<bool>().ShouldBeFalse();
            security["readOnlyRootFilesystem"]!.GetValue<bool>().ShouldBeTrue();
            security["capabilities"]!["drop"]!.AsArray().ShouldHaveSingleItem()!.GetValue<string>().ShouldBe("ALL");
        }
    }

    [Theory]
    [MemberData(nameof(PublishCases.Names), MemberType = typeof(PublishCases))]
    public async Task The_autoscaler_scales_the_Deployment_and_alone_says_how_many(string name)
    {
        using var publication = await PublishCases.PublishAsync(name);
        var objects = PublishedObjects.Of(publication);
        var deployment = objects["Deployment"];

        if (!objects.Has("HorizontalPodAutoscaler"))
        {
            deployment["spec"]!["replicas"]!.GetValue<long>().ShouldBeGreaterThan(0);
            return;
        }

        deployment["spec"]!["replicas"].ShouldBeNull("kubectl apply would undo what the autoscaler did");
        var target = objects["HorizontalPodAutoscaler"]["spec"]!["scaleTargetRef"]!;
        target["apiVersion"]!.GetValue<string>().ShouldBe(deployment["apiVersion"]!.GetValue<string>());
        target["kind"]!.GetValue<string>().ShouldBe("Deployment");
        target["name"]!.GetValue<string>().ShouldBe(deployment["metadata"]!["name"]!.GetValue<string>());
        foreach (var container in objects.Containers)
        {
            container["resources"]!["requests"]!["cpu"].ShouldNotBeNull("it measures against what each container requests");
        }
    }

    [Theory]
    [MemberData(nameof(PublishCases.Names), MemberType = typeof(PublishCases))]
    public async Task The_routes_of_the_components_lead_to_the_Services_port(string name)
    {
        using var publication = await PublishCases.PublishAsync(name);
        var objects = PublishedObjects.Of(publication);
        var service = objects["Service"]["metadata"]!["name"]!.GetValue<string>();
        var port = PublishedObjects.Items(objects["Service"]["spec"]!["ports"]).Single()["port"]!.GetValue<long>();
        var istio = PublishedObjects.Of(publication, "istio");

        var destination = istio["VirtualService"]["spec"]!["http"]![0]!["route"]![0]!["destination"]!;
        destination["host"]!.GetValue<string>().ShouldBe(service);
        destination["port"]!["number"]!.GetValue<long>().ShouldBe(port);
        istio["DestinationRule"]["spec"]!["host"]!.GetValue<string>().ShouldBe(service);
        var backend = PublishedObjects.Of(publication, "gateway-api")["HTTPRoute"]["spec"]!["rules"]![0]!["backendRefs"]![0]!;
        backend["name"]!.GetValue<string>().ShouldBe(service);
        backend["port"]!.GetValue<long>().ShouldBe(port);
    }
}
