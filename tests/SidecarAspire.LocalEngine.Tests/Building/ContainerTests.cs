using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;

namespace SidecarAspire.LocalEngine.Tests.Building;

public sealed class ContainerTests : IDisposable
{
    private readonly AnApplication _publishing = AnApplication.Publishing();

    private DistributedApplicationBuilder Builder => _publishing.Builder;

    public void Dispose() => _publishing.Dispose();

    [Theory]
    [InlineData("redis", "redis:latest")]
    [InlineData("redis:7.4", "redis:7.4")]
    [InlineData("localhost:5000/team/redis", "localhost:5000/team/redis:latest")]
    [InlineData("redis@sha256:0123", "redis@sha256:0123")]
    [InlineData("redis:7.4@sha256:0123", "redis@sha256:0123")]
    public void An_image_is_named_with_registry_and_tag_or_digest(string image, string name) =>
        ImageOf(Builder.AddContainer("cache", image)).ShouldBe(name);

    [Fact]
    public void Tag_registry_and_digest_can_be_said_apart()
    {
        var container = Builder.AddContainer("cache", "redis", "7.4").WithImageRegistry("registry.local");
        ImageOf(container).ShouldBe("registry.local/redis:7.4");

        ImageOf(container.WithImageSHA256("0123")).ShouldBe("registry.local/redis@sha256:0123");
    }

    [Theory]
    [InlineData("redis:7.4", "The image 'redis:7.4' of resource 'cache' says '7.4' already; leave the tag '8' out.")]
    [InlineData("redis@md5:0123", "The image 'redis@md5:0123' of resource 'cache' has a digest that does not begin with 'sha256:'.")]
    public void An_image_that_contradicts_itself_is_refused(string image, string message) =>
        Should.Throw<DistributedApplicationException>(() => Builder.AddContainer("cache", "redis").WithImage(image, tag: "8")).Message.ShouldBe(message);

    [Fact]
    public void An_image_that_is_built_goes_by_the_resources_name()
    {
        var container = Builder.AddDockerfile("Report", "report", "docker/Dockerfile", "final");

        ImageOf(container).ShouldBe("report:latest");
        ImageOf(container.WithImageTag("1.2")).ShouldBe("report:1.2");
        var build = container.Resource.Annotations.OfType<DockerfileBuildAnnotation>().ShouldHaveSingleItem();
        build.ContextPath.ShouldBe(_publishing.Folder["report"]);
        build.DockerfilePath.ShouldBe(_publishing.Folder["report/docker/Dockerfile"]);
        build.Stage.ShouldBe("final");
    }

    [Fact]
    public void A_secret_cannot_be_an_argument_of_a_build() =>
        Should.Throw<InvalidOperationException>(() => Builder.AddDockerfile("report", "report").WithBuildArg("KEY", Builder.AddParameter("key", secret: true)))
            .Message.ShouldContain("it could be read from the image");

    [Fact]
    public void A_program_is_published_in_its_place_as_a_container_of_its_Dockerfile()
    {
        var program = _publishing.AddProgram("clock").PublishAsDockerFile(container => container.WithImage("registry.local/clock", "1.0"));
        program.WithEnvironment("SAID", "later");

        var container = Builder.Resources.ShouldHaveSingleItem().ShouldBeAssignableTo<ContainerResource>()!;
        container.Name.ShouldBe("clock");
        container.TryGetContainerImageName(out var image).ShouldBeTrue();
        image.ShouldBe("registry.local/clock:1.0");
        container.Annotations.OfType<DockerfileBuildAnnotation>().Single().DockerfilePath.ShouldBe(_publishing.Folder["Dockerfile"]);
        container.Annotations.ShouldBeSameAs(program.Resource.Annotations);
    }

    [Fact]
    public void Saying_twice_how_a_program_is_published_makes_one_container_of_it()
    {
        _publishing.AddProgram("clock").PublishAsDockerFile().PublishAsDockerFile(container => container.WithDockerfile("elsewhere"));

        Builder.Resources.ShouldHaveSingleItem().Annotations.OfType<DockerfileBuildAnnotation>().ShouldHaveSingleItem()
            .ContextPath.ShouldBe(_publishing.Folder["elsewhere"]);
    }

    [Fact]
    public async Task The_arguments_of_this_machine_are_not_published()
    {
        var program = Builder.AddExecutable("clock", "node", ".", "/home/me/clock.js").PublishAsDockerFile().WithArgs("--utc");

        (await _publishing.ResolveAsync(program)).Arguments.ShouldBe(["--utc"]);
    }

    [Fact]
    public void While_running_a_program_stays_one()
    {
        using var running = new AnApplication();
        var program = running.AddProgram("clock").PublishAsDockerFile();

        running.Builder.Resources.ShouldHaveSingleItem().ShouldBe(program.Resource);
    }

    [Fact]
    public void A_Node_app_without_a_Dockerfile_is_published_with_one()
    {
        _publishing.Folder.Write("app/package.json", "{}");
        _publishing.Folder.Write("app/package-lock.json", "{}");
        _publishing.Folder.Write("app/.nvmrc", "v24.1.0\n");
        var app = Builder.AddNodeApp("app", "app", "server.js");

        DockerfileOf(app).ShouldBe(
            """
            FROM node:24-alpine AS build
            WORKDIR /app
            COPY package*.json ./
            RUN npm ci --omit=dev
            COPY . .

            FROM node:24-alpine
            ENV NODE_ENV=production
            WORKDIR /app
            COPY --from=build /app ./
            USER node
            ENTRYPOINT ["node", "server.js"]

            """.ReplaceLineEndings("\n"));
    }

    [Fact]
    public void A_Node_app_without_packages_installs_none() =>
        DockerfileOf(Builder.AddNodeApp("app", "app", "server.js")).ShouldStartWith("FROM node:22-alpine AS build\nWORKDIR /app\nCOPY . .\n");

    [Fact]
    public void A_Node_app_with_a_Dockerfile_keeps_it()
    {
        _publishing.Folder.Write("app/Dockerfile", "FROM scratch");

        var build = Builder.AddNodeApp("app", "app", "server.js").Resource.Annotations.OfType<DockerfileBuildAnnotation>().ShouldHaveSingleItem();
        build.DockerfileFactory.ShouldBeNull();
        build.DockerfilePath.ShouldBe(_publishing.Folder["app/Dockerfile"]);
    }

    private static string ImageOf(IResourceBuilder<ContainerResource> container)
    {
        container.Resource.TryGetContainerImageName(out var name).ShouldBeTrue();
        return name;
    }

    private static string DockerfileOf(IResourceBuilder<IResource> app)
    {
        using var services = new ServiceCollection().BuildServiceProvider();
        var build = app.Resource.Annotations.OfType<DockerfileBuildAnnotation>().ShouldHaveSingleItem();
        var context = new DockerfileFactoryContext { Services = services, Resource = app.Resource, CancellationToken = TestContext.Current.CancellationToken };
        return build.DockerfileFactory.ShouldNotBeNull()(context).GetAwaiter().GetResult();
    }
}
