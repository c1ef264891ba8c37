var b = Microsoft.AspNetCore.Builder.WebApplication.CreateBuilder(args); b.Services.AddHttpForwarder(); b.Build();
